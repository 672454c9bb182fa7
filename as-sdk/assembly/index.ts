export * from "./capabilities";
export { abort } from "./guest/abort";
export * from "./guest";
export * from "./json";
export * from "./memory";
