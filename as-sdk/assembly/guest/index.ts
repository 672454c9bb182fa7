export { Entry } from "./entry";
export { podSpec } from "./pod-spec";
export { AdmissionRequest, ValidationRequest } from "./request";
export { ValidationResponse, acceptRequest, mutateRequest, rejectRequest, replaceObject } from "./response";
export { serve } from "./serve";
export { SettingsResponse, acceptSettings, rejectSettings } from "./settings";
