import type { Pod } from "../model/pod.ts";
import { hashAnnotation, hashWithoutImageAnnotation } from "../model/sidecarset.ts";
import { endOfUpgrade, hotStep, type HotStep, isHalfway, rolesOf, workingContainers } from "./hot-upgrade.ts";
import { isConsistent, isGood } from "./pod-consistency.ts";
import { containerIn, lastingContainers, statusIn } from "./pod-containers.ts";
import { recordedHash, wasUpgradedInPlace } from "./pod-records.ts";
import { type NormalizedSidecarSet, type Sidecar, sidecarsOf } from "./sidecars.ts";

/** What one Pod is to one SidecarSet; a function of the two alone, so it may be memoised. */
export interface PodState {
  /** Not finished and not being deleted. */
  readonly active: boolean;
  /** Carries every sidecar of the current spec; false after a sidecar was added that the Pod was not created with. */
  readonly complete: boolean;
  /** Records the set's current hash. */
  readonly updated: boolean;
  /** Differs from the set in images alone, so an in-place upgrade is possible. */
  readonly upgradable: boolean;
  /** All sidecars run what the Pod's spec says, as far as the kubelet has reported. */
  readonly consistent: boolean;
  readonly ready: boolean;
  /** Some sidecar is ready but does not run its spec's image yet: the kubelet has not acted on the last upgrade. */
  readonly settling: boolean;
  /** An earlier in-place upgrade of this set was written to the Pod. */
  readonly touched: boolean;
  /** Both containers of some hot sidecar work: an upgrade has begun and not ended. */
  readonly halfway: boolean;
}

/** Ready, and running what its spec says. */
export function isAvailable({ consistent, ready }: PodState): boolean {
  return consistent && ready;
}

/** Returns a memoising judge of Pods for one state of a set. Results live as long as the Pod record does. */
export function podJudge(normalized: NormalizedSidecarSet): (pod: Pod) => PodState {
  const sidecars = sidecarsOf(normalized.set);
  const states = new WeakMap<Pod, PodState>();
  return (pod) => {
    const known = states.get(pod);
    if (known !== undefined) return known;
    const state = judge(pod, normalized, sidecars);
    states.set(pod, state);
    return state;
  };
}

function judge(pod: Pod, normalized: NormalizedSidecarSet, sidecars: readonly Sidecar[]): PodState {
  const { name } = normalized.set.metadata;
  const names = sidecars.flatMap((sidecar) => sidecar.names);
  const consistent = isConsistent(pod, name, names);
  const halfway = sidecars.some((sidecar) => isHalfway(pod, sidecar));
  return {
    active: pod.deletionTimestamp === 0 && pod.phase !== "Succeeded" && pod.phase !== "Failed",
    complete: sidecars.every((sidecar) => sidecar.native || carries(pod, sidecar)),
    updated: recordedHash(pod, hashAnnotation, name) === normalized.hash,
    upgradable: recordedHash(pod, hashWithoutImageAnnotation, name) === normalized.hashWithoutImage,
    consistent,
    ready: isRunningAndReady(pod) && !halfway,
    settling: names.some(
      (container) => statusIn(pod, container)?.ready === true && !isConsistent(pod, name, [container]),
    ),
    touched: wasUpgradedInPlace(pod, name),
    halfway,
  };
}

function carries(pod: Pod, sidecar: Sidecar): boolean {
  if (sidecar.hot && workingContainers(pod.annotations)?.[sidecar.name] === undefined) return false;
  return sidecar.names.every((name) => containerIn(pod, name) !== undefined);
}

function isRunningAndReady(pod: Pod): boolean {
  return pod.phase === "Running" && pod.ready && pod.deletionTimestamp === 0;
}

/** What is known of a Pod that is halfway, beside what it tells itself. */
export interface Halfway {
  /** It records the set's current hash. */
  readonly updated: boolean;
  /** Containers for which the kubelet has not acted on the last write. */
  readonly unanswered: readonly string[];
}

/**
 * What ends the hot upgrades of a Pod that is halfway; nothing while the new containers are not good yet.
 *
 * A Pod that records the current hash and yet works with a failed image of another is one that OpenKruise has rolled back
 * by the record alone; its failed container is reset.
 */
export function endingSteps(
  pod: Pod,
  normalized: NormalizedSidecarSet,
  { updated, unanswered }: Halfway,
): readonly HotStep[] {
  const { name } = normalized.set.metadata;
  const sidecars = sidecarsOf(normalized.set);
  const hot = sidecars.filter((sidecar) => sidecar.hot);
  const retiring = new Set(hot.map((sidecar) => rolesOf(sidecar, pod.annotations).other));
  const staying = sidecars
    .flatMap((sidecar) => sidecar.names)
    .filter((container) => !retiring.has(container));
  const halfway = hot.filter((sidecar) => isHalfway(pod, sidecar));
  const answered = unanswered.every((container) => retiring.has(container));
  if (answered && isConsistent(pod, name, staying) && isReadyBut(pod, retiring)) {
    return halfway.map((sidecar) => endOfUpgrade(pod, sidecar));
  }
  if (!updated) return [];
  return halfway.flatMap((sidecar) => {
    const step = hotStep(pod, sidecar, (container) => isGood(pod, name, container));
    return step?.kind === "reset" ? step : [];
  });
}

function isReadyBut(pod: Pod, retiring: ReadonlySet<string>): boolean {
  if (isRunningAndReady(pod)) return true;
  return lastingContainers(pod).every(
    ({ name }) => retiring.has(name) || statusIn(pod, name)?.ready === true,
  );
}
