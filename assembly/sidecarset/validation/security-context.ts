import { Ascii, decode, Elements, isFalse, isTrue } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";
import { relativePathRule } from "./names";

const PROC_MOUNTS: Ascii = "Default Unmasked";
const PROFILE_TYPES: Ascii = "RuntimeDefault Unconfined Localhost";
const HIGHEST_ID: i64 = 2147483647;

/** A container's own security settings; those of the Pod are the Pod's. */
export function validateSecurityContext(context: Place): void {
  if (!context.isSet) return;
  validateId(context.to("runAsUser"));
  validateId(context.to("runAsGroup"));
  context.oneOfGiven("procMount", PROC_MOUNTS);
  validateProfile(context.to("seccompProfile"));
  const appArmor = context.to("appArmorProfile");
  validateProfile(appArmor);
  const profile = appArmor.to("localhostProfile");
  if (profile.text.trim() != profile.text) profile.expected("no white space around the profile");
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

function validateProfile(profile: Place): void {
  if (!profile.isSet) return;
  profile.required("type");
  profile.oneOf("type", PROFILE_TYPES);
  const file = profile.to("localhostProfile");
  if (profile.to("type").text == "Localhost") {
    profile.required("localhostProfile");
    file.follow(relativePathRule);
  } else if (file.isSet) file.forbidden("unless the type is Localhost");
}
