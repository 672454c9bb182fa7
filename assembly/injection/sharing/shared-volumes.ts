import { Ascii, Elements, decode, member, sameText, textIs } from "@kubewarden/as-sdk/assembly/json";
import { isEnabled, isInjected } from "./injected";
import { variablesOf } from "./variables";

/** The volume mounts and devices that a sidecar gets from the Pod's app containers, and the env that they need. */
export class SharedVolumes {
  readonly mounts: Array<usize> = [];
  readonly devices: Array<usize> = [];
  /** Entries for the variables in `subPathExpr`, in the order of the mounts; names may repeat. */
  readonly env: Array<usize> = [];
}

/**
 * Collects what `shareVolumePolicy` and `shareVolumeDevicePolicy` of a container ask for, from the containers that
 * the Pod was submitted with. A path that the sidecar uses itself, for a mount or a device, is not taken over.
 */
export function sharedVolumes(container: usize, podContainers: usize): SharedVolumes {
  const shared = new SharedVolumes();
  const mounts = isEnabled(member(container, "shareVolumePolicy"));
  const devices = isEnabled(member(container, "shareVolumeDevicePolicy"));
  if (!mounts && !devices) return shared;

  const taken: Array<usize> = [];
  notePaths(member(container, "volumeMounts"), "mountPath", taken);
  notePaths(member(container, "volumeDevices"), "devicePath", taken);
  if (mounts) {
    const containers = new Elements(podContainers);
    while (containers.next()) if (!isInjected(containers.value)) shareMounts(containers.value, taken, shared);
  }
  if (devices) {
    const containers = new Elements(podContainers);
    while (containers.next()) {
      if (isInjected(containers.value)) continue;
      takeOver(member(containers.value, "volumeDevices"), "devicePath", taken, shared.devices);
    }
  }
  return shared;
}

function shareMounts(container: usize, taken: Array<usize>, shared: SharedVolumes): void {
  const mounts = member(container, "volumeMounts");
  takeOver(mounts, "mountPath", taken, shared.mounts);
  const elements = new Elements(mounts);
  while (elements.next()) {
    const variables = variablesOf(decode(member(elements.value, "subPathExpr")));
    for (let i = 0; i < variables.length; i++) {
      const entry = firstEnv(container, variables[i]);
      if (entry != 0) shared.env.push(entry);
    }
  }
}

/** Adds the entries of a list whose path is not taken, and takes it. */
function takeOver(list: usize, path: Ascii, taken: Array<usize>, into: Array<usize>): void {
  const elements = new Elements(list);
  while (elements.next()) {
    const own = member(elements.value, path);
    if (isTaken(own, taken)) continue;
    taken.push(own);
    into.push(elements.value);
  }
}

function notePaths(list: usize, path: Ascii, taken: Array<usize>): void {
  const elements = new Elements(list);
  while (elements.next()) taken.push(member(elements.value, path));
}

function isTaken(path: usize, taken: Array<usize>): bool {
  for (let i = 0; i < taken.length; i++) if (sameText(taken[i], path)) return true;
  return false;
}

function firstEnv(container: usize, name: string): usize {
  const env = new Elements(member(container, "env"));
  while (env.next()) if (textIs(member(env.value, "name"), name)) return env.value;
  return 0;
}
