import { Elements, decode, member, sameText } from "@kubewarden/as-sdk/assembly/json";
import { EffectiveSet, isNative } from "../injection/effective-set";
import { isHot } from "../injection/hot-upgrade";
import { PodView } from "../pod/pod-view";
import { matches } from "../regex/matcher";
import { Program } from "../regex/program";

/**
 * The containers of the Pod that a resourcesPolicy counts: its native sidecars, then its containers, whose name matches
 * and is not that of a sidecar of any set that is injected. A Pod that was injected before has the doubled containers
 * of hot upgrades under their own names, which do not count either.
 */
export function targetContainers(pod: PodView, sets: Array<EffectiveSet>, names: Program): Array<usize> {
  const targets: Array<usize> = [];
  addTargets(pod.initContainers, true, sets, names, targets);
  addTargets(pod.containers, false, sets, names, targets);
  return targets;
}

function addTargets(
  list: usize,
  nativeOnly: bool,
  sets: Array<EffectiveSet>,
  names: Program,
  targets: Array<usize>,
): void {
  const containers = new Elements(list);
  while (containers.next()) {
    if (nativeOnly && !isNative(containers.value)) continue;
    const name = member(containers.value, "name");
    if (!isSidecarName(name, sets) && matches(names, decode(name))) targets.push(containers.value);
  }
}

function isSidecarName(name: usize, sets: Array<EffectiveSet>): bool {
  for (let i = 0; i < sets.length; i++) {
    if (isNamedIn(sets[i].initContainers, name) || isNamedIn(sets[i].containers, name)) return true;
  }
  return false;
}

function isNamedIn(list: usize, name: usize): bool {
  const containers = new Elements(list);
  while (containers.next()) {
    const own = member(containers.value, "name");
    if (sameText(own, name)) return true;
    if (!isHot(containers.value)) continue;
    const text = decode(name);
    const base = decode(own);
    if (text == base + "-1" || text == base + "-2") return true;
  }
  return false;
}
