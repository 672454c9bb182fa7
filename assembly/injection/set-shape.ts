import { Elements, isBlank, member } from "@kubewarden/as-sdk/assembly/json";
import { expectNamed, expectObjects, unexpected } from "../document/shape";
import { Path } from "../sidecarset/problems/path";
import { Problems } from "../sidecarset/problems/problems";
import { EffectiveSet } from "./effective-set";

/**
 * Checks what injection reads of a SidecarSet, which may have come into the settings without passing admission.
 *
 * Paths are those of the SidecarSet. Whether its containers make sense is the API server's to judge.
 */
export function checkSetShape(set: EffectiveSet, problems: Problems): void {
  if (isBlank(set.name)) unexpected(set.name, Path.root("metadata").to("name"), "a name", problems);
  const spec = Path.root("spec");
  checkContainers(set.initContainers, spec.to("initContainers"), problems);
  checkContainers(set.containers, spec.to("containers"), problems);
  expectNamed(set.volumes, spec.to("volumes"), problems);
  expectObjects(set.imagePullSecrets, spec.to("imagePullSecrets"), problems);
}

function checkContainers(list: usize, path: Path, problems: Problems): void {
  if (!expectNamed(list, path, problems)) return;
  const containers = new Elements(list);
  while (containers.next()) {
    const container = path.at(containers.index);
    expectNamed(member(containers.value, "env"), container.to("env"), problems);
    expectNamed(member(containers.value, "volumeMounts"), container.to("volumeMounts"), problems);
    expectNamed(member(containers.value, "volumeDevices"), container.to("volumeDevices"), problems);
  }
}
