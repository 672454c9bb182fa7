import {
  AdmissionRequest,
  ValidationResponse,
  acceptRequest,
  isObject,
  rejectRequest,
  replaceObject,
} from "@kubewarden/as-sdk/assembly";
import { Settings } from "../settings/settings";
import { Surroundings, UNPROCESSABLE, admitSidecarSet } from "../sidecarset/admit";
import { readOtherSets } from "./other-sets";

/**
 * Answers for a SidecarSet that is being written: with defaults and hashes, or with everything that is wrong.
 *
 * Where the other SidecarSets are not known the set is accepted without that comparison, and the answer says so.
 */
export function answerSidecarSet(request: AdmissionRequest, settings: Settings): ValidationResponse {
  if (!isObject(request.object)) return rejectRequest("object: expected a SidecarSet", 400);
  const others = readOtherSets(settings.sidecarSets);
  const surroundings = new Surroundings(
    others.items,
    settings.patchPodMetadataAllowList,
    settings.selectorOverlap,
  );
  const admission = admitSidecarSet(request.object, request.oldObject, surroundings);
  if (!admission.isAccepted) return rejectRequest(admission.problems, <u16>UNPROCESSABLE);
  const mutated = admission.mutated;
  const response = mutated ? replaceObject(mutated) : acceptRequest();
  response.warnings = admission.warnings;
  if (others.problem.length > 0) {
    response.warn("conflicts with other SidecarSets were not looked for: " + others.problem);
  }
  return response;
}
