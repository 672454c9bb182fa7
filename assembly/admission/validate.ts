import { ValidationRequest, ValidationResponse, acceptRequest } from "@kubewarden/as-sdk/assembly";
import { Settings } from "../settings/settings";
import { admitPod } from "./pod";
import { answerSidecarSet } from "./sidecarset";

/**
 * Answers one admission request: Pods on CREATE are injected, SidecarSets on CREATE and UPDATE are defaulted, checked
 * and fingerprinted, and everything else, subresources included, is accepted as it is.
 */
export function validate(validation: ValidationRequest): ValidationResponse {
  const request = validation.request;
  if (request.subResource != 0) return acceptRequest();
  const creates = request.isOperation("CREATE");
  const settings = new Settings(validation.settings);
  if (creates && request.isKind("", "Pod")) return admitPod(request, settings);
  const writes = creates || request.isOperation("UPDATE");
  if (writes && request.isKind("apps.kruise.io", "SidecarSet")) return answerSidecarSet(request, settings);
  return acceptRequest();
}
