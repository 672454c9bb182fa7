import { Ascii, isBlank, member, sameText, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";

export const CANARY_ANNOTATION: Ascii = "apps.kruise.io/sidecarset-canary";
export const BASE_ANNOTATION: Ascii = "apps.kruise.io/sidecarset-base";

/** A canary stands in for its base set: it names one and says that it is a canary. */
export function isCanary(set: usize): bool {
  const annotations = member(member(set, "metadata"), "annotations");
  return textEquals(member(annotations, CANARY_ANNOTATION), "true") && !isBlank(baseOf(set));
}

/** The name of the set that a canary stands in for. */
export function baseOf(set: usize): usize {
  return member(member(member(set, "metadata"), "annotations"), BASE_ANNOTATION);
}

/** What a canary must keep to without looking at its base. `old` is 0 when the set is created. */
export function validateCanary(set: Place, old: usize): void {
  if (!isCanary(set.value)) return;
  const metadata = set.to("metadata");
  const base = new Place(
    baseOf(set.value),
    metadata.to("annotations").path.key(BASE_ANNOTATION.toString()),
    set.problems,
  );
  if (sameText(base.value, member(metadata.value, "name"))) base.expected("the name of another SidecarSet");
  if (old != 0 && !sameText(base.value, baseOf(old))) {
    base.expected("the base to stay as it is, because it cannot change");
  }
  const type = set.to("spec").to("updateStrategy").to("type");
  if (!textEquals(type.value, "NotUpdate")) type.expected('"NotUpdate" for a canary');
}
