import { Ascii, decode, Elements, isFalse, isTrue } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { relativePathRule } from "./names";

const PROC_MOUNTS: Ascii = "Default Unmasked";
const PROFILE_TYPES: Ascii = "RuntimeDefault Unconfined Localhost";
const LONGEST_APP_ARMOR = 4095;
const HIGHEST_ID: i64 = 2147483647;

/** A container's own security settings; those of the Pod are the Pod's. */
export function validateSecurityContext(context: Place): void {
  if (!context.isSet) return;
  validateId(context.to("runAsUser"));
  validateId(context.to("runAsGroup"));
  context.oneOfGiven("procMount", PROC_MOUNTS);
  const seccomp = context.to("seccompProfile");
  if (validateProfile(seccomp)) seccomp.to("localhostProfile").follow(relativePathRule);
  const appArmor = context.to("appArmorProfile");
  if (validateProfile(appArmor)) validateAppArmor(appArmor.to("localhostProfile"));
  const escalation = context.to("allowPrivilegeEscalation");
  if (!isFalse(escalation.value)) return;
  if (isTrue(context.to("privileged").value)) escalation.expected("true for a privileged container");
  const added = new Elements(context.to("capabilities").to("add").value);
  while (added.next()) {
    if (decode(added.value) == "CAP_SYS_ADMIN") escalation.expected("true together with CAP_SYS_ADMIN");
  }
}

function validateId(id: Place): void {
  id.between(0, HIGHEST_ID, "an id from 0 to 2147483647");
}

/** The name of a profile that is loaded on the node; often a path, and not below any directory. */
function validateAppArmor(profile: Place): void {
  const text = profile.text;
  if (text.trim() != text) profile.expected("no white space around the profile");
  const size = String.UTF8.byteLength(text);
  if (size <= LONGEST_APP_ARMOR) return;
  profile.problems.add(profile.path, `expected at most ${LONGEST_APP_ARMOR} bytes, got ${size}`);
}

/** True for a profile on the node, which is named and may have rules of its own. */
function validateProfile(profile: Place): bool {
  if (!profile.isSet) return false;
  profile.required("type");
  profile.oneOf("type", PROFILE_TYPES);
  const file = profile.to("localhostProfile");
  if (profile.to("type").text == "Localhost") {
    profile.required("localhostProfile");
    return true;
  }
  if (file.isSet) file.forbidden("unless the type is Localhost");
  return false;
}
