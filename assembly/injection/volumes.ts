import { Elements, member, sameText } from "@kubewarden/as-sdk/assembly/json";
import { elementNamed, lastElementNamed } from "../document/value";
import { EffectiveSet } from "./effective-set";

/**
 * Adds the volumes that a container's own mounts and devices refer to. A volume that the Pod has, or that another
 * sidecar has brought, stays what it is; of several declarations in one SidecarSet the last counts; a reference to
 * a volume that the SidecarSet does not declare is left for the API server to judge.
 */
export function addReferencedVolumes(
  container: usize,
  set: EffectiveSet,
  podVolumes: usize,
  added: Array<usize>,
): void {
  addReferenced(member(container, "volumeMounts"), set, podVolumes, added);
  addReferenced(member(container, "volumeDevices"), set, podVolumes, added);
}

function addReferenced(references: usize, set: EffectiveSet, podVolumes: usize, added: Array<usize>): void {
  const elements = new Elements(references);
  while (elements.next()) {
    const name = member(elements.value, "name");
    if (elementNamed(podVolumes, name) != 0 || isNamedIn(added, name)) continue;
    const volume = lastElementNamed(set.volumes, name);
    if (volume != 0) added.push(volume);
  }
}

/** Adds the references to secrets that neither the Pod nor an earlier set has. */
export function addPullSecrets(set: EffectiveSet, podSecrets: usize, added: Array<usize>): void {
  const references = new Elements(set.imagePullSecrets);
  while (references.next()) {
    const name = member(references.value, "name");
    if (elementNamed(podSecrets, name) != 0 || isNamedIn(added, name)) continue;
    added.push(references.value);
  }
}

function isNamedIn(values: Array<usize>, name: usize): bool {
  for (let i = 0; i < values.length; i++) if (sameText(member(values[i], "name"), name)) return true;
  return false;
}
