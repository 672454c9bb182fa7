import type { Pod } from "../model/pod.ts";

/**
 * Compares two waiting Pods; the one that costs least to restart is smaller and goes first.
 *
 * Not scheduled, not running, not ready, ready most recently, restarted most often, youngest; then by namespace and name,
 * where OpenKruise leaves the order open.
 */
export function comparePods(one: Pod, other: Pod): number {
  return (
    Number(one.nodeName !== "") - Number(other.nodeName !== "") ||
    phaseRank(one) - phaseRank(other) ||
    Number(one.ready) - Number(other.ready) ||
    (one.ready ? newerFirst(one.readyTransitionTime, other.readyTransitionTime) : 0) ||
    restarts(other) - restarts(one) ||
    nativeRestarts(other) - nativeRestarts(one) ||
    newerFirst(one.creationTimestamp, other.creationTimestamp) ||
    compareText(one.namespace, other.namespace) ||
    compareText(one.name, other.name)
  );
}

function phaseRank(pod: Pod): number {
  return pod.phase === "Running" ? 2 : pod.phase === "Unknown" ? 1 : 0;
}

/** An unknown time (0) goes first, then the later one. */
function newerFirst(one: number, other: number): number {
  if (one === other) return 0;
  if (one === 0) return -1;
  return other === 0 ? 1 : other - one;
}

function restarts(pod: Pod): number {
  return pod.containerStatuses.reduce((most, { restartCount }) => Math.max(most, restartCount), 0);
}

function nativeRestarts(pod: Pod): number {
  let most = 0;
  for (const { name, restartPolicy } of pod.initContainers) {
    if (restartPolicy !== "Always") continue;
    const status = pod.initContainerStatuses.find((status) => status.name === name);
    most = Math.max(most, status?.restartCount ?? 0);
  }
  return most;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
