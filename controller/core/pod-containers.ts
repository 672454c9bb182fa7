import type { Pod, PodContainer, PodContainerStatus } from "../model/pod.ts";

/** A container or init container of a Pod's spec; undefined when the Pod has none of this name. */
export function containerIn(pod: Pod, name: string): PodContainer | undefined {
  return named(pod.containers, name) ?? named(pod.initContainers, name);
}

/** What the kubelet reports of a container or init container; undefined before its first report. */
export function statusIn(pod: Pod, name: string): PodContainerStatus | undefined {
  return named(pod.containerStatuses, name) ?? named(pod.initContainerStatuses, name);
}

/** True when the name belongs to an init container, which patches have to say. */
export function isInitContainer(pod: Pod, name: string): boolean {
  return named(pod.containers, name) === undefined && named(pod.initContainers, name) !== undefined;
}

/** Containers that run as long as the Pod does: native sidecars, then the others. */
export function lastingContainers(pod: Pod): readonly PodContainer[] {
  const native = pod.initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  return native.length === 0 ? pod.containers : [...native, ...pod.containers];
}

/** A loop, because this is asked several times of every Pod and lists are short. */
function named<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  for (const element of list) if (element.name === name) return element;
  return undefined;
}
