import { Elements, isBlank, member } from "@kubewarden/as-sdk/assembly/json";
import { expectNamed, expectObjects } from "../document/shape";
import { Problems } from "../report/problems";
import { EffectiveSet } from "./effective-set";

/**
 * Checks what injection reads of a SidecarSet, which may have come into the settings without passing admission.
 *
 * Paths are those of the SidecarSet. Whether its containers make sense is the API server's to judge.
 */
export function checkSetShape(set: EffectiveSet, problems: Problems): void {
  if (isBlank(set.name)) problems.add("metadata.name", "a name", set.name);
  if (isBlank(set.hash)) problems.add("metadata.annotations", "the SidecarSet's hashes", set.annotations);
  checkContainers(set.initContainers, "spec.initContainers", problems);
  checkContainers(set.containers, "spec.containers", problems);
  expectNamed(set.volumes, "spec.volumes", problems);
  expectObjects(set.imagePullSecrets, "spec.imagePullSecrets", problems);
}

function checkContainers(list: usize, path: string, problems: Problems): void {
  if (!expectNamed(list, path, problems)) return;
  const containers = new Elements(list);
  while (containers.next()) {
    const at = `${path}[${containers.index}]`;
    expectNamed(member(containers.value, "env"), at + ".env", problems);
    expectNamed(member(containers.value, "volumeMounts"), at + ".volumeMounts", problems);
    expectNamed(member(containers.value, "volumeDevices"), at + ".volumeDevices", problems);
  }
}
