import { Elements, member } from "@kubewarden/as-sdk/assembly/json";
import { NameIndex } from "../document/name-index";
import { lastElementNamed } from "../document/value";
import { EffectiveSet } from "./effective-set";

/**
 * Adds the volumes that a container's own mounts and devices refer to. A volume that the Pod has, or that another
 * sidecar has brought, stays what it is; of several declarations in one SidecarSet the last counts; a reference to
 * a volume that the SidecarSet does not declare is left for the API server to judge. `present`: what the Pod has or gets.
 */
export function addReferencedVolumes(
  container: usize,
  set: EffectiveSet,
  present: NameIndex,
  added: Array<usize>,
): void {
  addReferenced(member(container, "volumeMounts"), set, present, added);
  addReferenced(member(container, "volumeDevices"), set, present, added);
}

function addReferenced(references: usize, set: EffectiveSet, present: NameIndex, added: Array<usize>): void {
  const elements = new Elements(references);
  while (elements.next()) {
    const name = member(elements.value, "name");
    if (present.value(name) != 0) continue;
    const volume = lastElementNamed(set.volumes, name);
    if (volume != 0 && present.add(name, volume)) added.push(volume);
  }
}

/** Adds the references to secrets that neither the Pod nor an earlier set has. */
export function addPullSecrets(set: EffectiveSet, present: NameIndex, added: Array<usize>): void {
  const references = new Elements(set.imagePullSecrets);
  while (references.next()) {
    if (present.add(member(references.value, "name"), references.value)) added.push(references.value);
  }
}
