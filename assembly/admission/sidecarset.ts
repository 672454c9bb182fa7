import {
  AdmissionRequest,
  ValidationResponse,
  acceptRequest,
  isObject,
  rejectRequest,
  replaceObject,
} from "@kubewarden/as-sdk/assembly";
import { UNPROCESSABLE, admitSidecarSet } from "../sidecarset/admit";

/** Answers for a SidecarSet that is being written: with defaults and hashes, or with everything that is wrong. */
export function answerSidecarSet(request: AdmissionRequest): ValidationResponse {
  if (!isObject(request.object)) return rejectRequest("object: expected a SidecarSet", 400);
  const admission = admitSidecarSet(request.object, request.oldObject);
  if (!admission.isAccepted) return rejectRequest(admission.problems, <u16>UNPROCESSABLE);
  const mutated = admission.mutated;
  const response = mutated ? replaceObject(mutated) : acceptRequest();
  response.warnings = admission.warnings;
  return response;
}
