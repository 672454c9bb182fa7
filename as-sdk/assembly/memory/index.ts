export { makeRoom } from "./growth";
export { closeRegion, keepString, keepText, openRegion } from "./region";
