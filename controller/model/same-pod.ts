import type { Pod, PodCondition, PodContainer, PodContainerStatus, PodOwner, StringMap } from "./pod.ts";

/** True when two versions of a Pod differ in nothing but resourceVersion: a kubelet's heartbeat, another's condition. */
export function samePod(a: Pod, b: Pod): boolean {
  return (
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.uid === b.uid &&
    a.creationTimestamp === b.creationTimestamp &&
    a.deletionTimestamp === b.deletionTimestamp &&
    a.nodeName === b.nodeName &&
    a.phase === b.phase &&
    a.ready === b.ready &&
    a.readyTransitionTime === b.readyTransitionTime &&
    sameMap(a.labels, b.labels) &&
    sameMap(a.annotations, b.annotations) &&
    sameCondition(a.upgradable, b.upgradable) &&
    sameOwner(a.owner, b.owner) &&
    sameList(a.containers, b.containers, sameContainer) &&
    sameList(a.initContainers, b.initContainers, sameContainer) &&
    sameList(a.containerStatuses, b.containerStatuses, sameStatus) &&
    sameList(a.initContainerStatuses, b.initContainerStatuses, sameStatus)
  );
}

function sameMap(a: StringMap, b: StringMap): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((element, index) => {
      const other = b[index];
      return other !== undefined && same(element, other);
    })
  );
}

function sameContainer(a: PodContainer, b: PodContainer): boolean {
  return a.name === b.name && a.image === b.image && a.restartPolicy === b.restartPolicy;
}

function sameStatus(a: PodContainerStatus, b: PodContainerStatus): boolean {
  return (
    a.name === b.name &&
    a.image === b.image &&
    a.imageID === b.imageID &&
    a.ready === b.ready &&
    a.restartCount === b.restartCount
  );
}

function sameCondition(a: PodCondition | null, b: PodCondition | null): boolean {
  if (a === null || b === null) return a === b;
  return a.status === b.status && a.reason === b.reason && a.message === b.message;
}

function sameOwner(a: PodOwner | null, b: PodOwner | null): boolean {
  if (a === null || b === null) return a === b;
  return a.kind === b.kind && a.name === b.name && a.uid === b.uid;
}
