import { Elements, isObject, isUnset, member, Splice } from "@kubewarden/as-sdk/assembly/json";
import { defaultContainer } from "./container";
import { fillJson, fillText } from "./fill";
import { defaultVolume } from "./volume";

/** Edits that give a SidecarSet its defaults; none when it has them all. Values of wrong kinds are left to validation. */
export function defaultSidecarSet(edits: Splice, set: usize): void {
  const spec = member(set, "spec");
  if (!isObject(spec)) return;
  defaultUpdateStrategy(edits, spec);
  const initContainers = new Elements(member(spec, "initContainers"));
  while (initContainers.next()) defaultContainer(edits, initContainers.value, "AfterAppContainer");
  const containers = new Elements(member(spec, "containers"));
  while (containers.next()) defaultContainer(edits, containers.value, "BeforeAppContainer");
  const volumes = new Elements(member(spec, "volumes"));
  while (volumes.next()) defaultVolume(edits, volumes.value);
  fillJson(edits, spec, "revisionHistoryLimit", "10");
  const patches = new Elements(member(spec, "patchPodMetadata"));
  while (patches.next()) fillText(edits, patches.value, "patchPolicy", "Retain");
  fillText(edits, member(member(spec, "injectionStrategy"), "revision"), "policy", "Always");
}

/**
 * Type, budget and partition, for every type of strategy. Where the early `strategy.rollingUpdate.maxUnavailable` is
 * given the newer field stays absent, because it would win from then on and freeze later edits of the early one.
 */
function defaultUpdateStrategy(edits: Splice, spec: usize): void {
  const early = member(member(member(spec, "strategy"), "rollingUpdate"), "maxUnavailable");
  const strategy = member(spec, "updateStrategy");
  if (isObject(strategy)) {
    fillText(edits, strategy, "type", "RollingUpdate");
    if (isUnset(early)) fillJson(edits, strategy, "maxUnavailable", "1");
    fillJson(edits, strategy, "partition", "0");
  } else if (isUnset(strategy)) {
    const made = edits.setMember(spec, "updateStrategy");
    made.ascii('{"type":"RollingUpdate",');
    if (isUnset(early)) made.ascii('"maxUnavailable":1,');
    made.ascii('"partition":0}');
  }
}
