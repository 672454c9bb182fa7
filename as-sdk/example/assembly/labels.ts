// Settings: {"forbidden": ["label", ...], "defaults": {"label": "value", ...}}, both optional.
// Pods that carry a forbidden label are rejected; labels with a default are added where they are missing.

import {
  Elements,
  Members,
  SettingsResponse,
  Splice,
  ValidationRequest,
  ValidationResponse,
  Writer,
  acceptRequest,
  acceptSettings,
  decode,
  isArray,
  isObject,
  isText,
  isUnset,
  member,
  mutateRequest,
  rejectRequest,
  rejectSettings,
  sameText,
} from "@kubewarden/as-sdk/assembly";

/** Judges a Pod that is being created or changed. */
export function validate(validation: ValidationRequest): ValidationResponse {
  const pod = validation.request.object;
  if (!validation.request.isKind("", "Pod") || !isObject(pod)) return acceptRequest();
  const labels = member(member(pod, "metadata"), "labels");
  const forbidden = new Elements(member(validation.settings, "forbidden"));
  while (forbidden.next()) {
    if (hasLabel(labels, forbidden.value)) {
      return rejectRequest("metadata.labels: " + decode(forbidden.value) + " is not allowed", 403);
    }
  }
  return mutateRequest(withDefaults(pod, labels, member(validation.settings, "defaults")));
}

/** Judges the settings when the policy starts. */
export function validateSettings(settings: usize): SettingsResponse {
  const forbidden = member(settings, "forbidden");
  if (!isUnset(forbidden) && !isArray(forbidden)) return rejectSettings("forbidden: expected an array");
  const names = new Elements(forbidden);
  while (names.next()) {
    if (!isText(names.value)) {
      return rejectSettings("forbidden[" + names.index.toString() + "]: expected a string");
    }
  }
  const defaults = member(settings, "defaults");
  if (!isUnset(defaults) && !isObject(defaults)) return rejectSettings("defaults: expected an object");
  const labels = new Members(defaults);
  while (labels.next()) {
    if (!isText(labels.value))
      return rejectSettings("defaults." + decode(labels.key) + ": expected a string");
  }
  return acceptSettings();
}

/** The edits that give a Pod the default labels it lacks. */
function withDefaults(pod: usize, labels: usize, defaults: usize): Splice {
  const edits = Splice.of(pod);
  const missing = new Writer();
  missing.byte(0x7b);
  const wanted = new Members(defaults);
  while (wanted.next()) {
    if (hasLabel(labels, wanted.key)) continue;
    if (isObject(labels)) writeLabel(edits.appendRawMember(labels), wanted);
    missing.separate();
    writeLabel(missing, wanted);
  }
  missing.byte(0x7d);
  if (!isObject(labels) && missing.length > 2) {
    edits.setMember(member(pod, "metadata"), "labels").raw(missing.start, missing.end);
  }
  return edits;
}

function writeLabel(out: Writer, label: Members): void {
  out.copy(label.key);
  out.byte(0x3a);
  out.copy(label.value);
}

function hasLabel(labels: usize, name: usize): bool {
  const members = new Members(labels);
  while (members.next()) if (sameText(members.key, name)) return true;
  return false;
}
