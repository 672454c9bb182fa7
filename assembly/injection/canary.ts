import { isBlank, member, sameText, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { BASE_ANNOTATION, CANARY_ANNOTATION } from "../sidecarset/validation/canary";
import { EffectiveSet } from "./effective-set";

/** The name of the SidecarSet that this one stands in for, or 0 when it is no canary. */
export function baseOf(set: EffectiveSet): usize {
  if (!textEquals(member(set.annotations, CANARY_ANNOTATION), "true")) return 0;
  const base = member(set.annotations, BASE_ANNOTATION);
  return isBlank(base) ? 0 : base;
}

/** The matched sets without those that a matched canary stands in for. */
export function withoutReplacedBases(matched: Array<EffectiveSet>): Array<EffectiveSet> {
  const bases: Array<usize> = [];
  for (let i = 0; i < matched.length; i++) {
    const base = baseOf(matched[i]);
    if (base != 0) bases.push(base);
  }
  if (bases.length == 0) return matched;
  const kept: Array<EffectiveSet> = [];
  for (let i = 0; i < matched.length; i++) if (!isNamed(matched[i].name, bases)) kept.push(matched[i]);
  return kept;
}

function isNamed(name: usize, names: Array<usize>): bool {
  for (let i = 0; i < names.length; i++) if (sameText(names[i], name)) return true;
  return false;
}
