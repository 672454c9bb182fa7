import type { Pod } from "../model/pod.ts";
import { hashAnnotation, hashWithoutImageAnnotation } from "../model/sidecarset.ts";
import { parseDigestReference, sameImage } from "./image-reference.ts";
import { inPlaceState, recordedHash, wasUpgradedInPlace } from "./pod-records.ts";
import {
  idleContainer,
  type NormalizedSidecarSet,
  type Sidecar,
  sidecarsOf,
  workingContainers,
} from "./sidecars.ts";

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
  return {
    active: !pod.deleting && pod.phase !== "Succeeded" && pod.phase !== "Failed",
    complete: sidecars.every((sidecar) => carries(pod, sidecar)),
    updated: recordedHash(pod, hashAnnotation, name) === normalized.hash,
    upgradable: recordedHash(pod, hashWithoutImageAnnotation, name) === normalized.hashWithoutImage,
    consistent,
    ready: isReady(pod, sidecars),
    settling: names.some(
      (container) => isContainerReady(pod, container) && !isConsistent(pod, name, [container]),
    ),
    touched: wasUpgradedInPlace(pod, name),
  };
}

function carries(pod: Pod, sidecar: Sidecar): boolean {
  if (sidecar.hot && workingContainers(pod.annotations)?.[sidecar.name] === undefined) return false;
  return sidecar.names.every(
    (name) =>
      pod.initContainers.some((container) => container.name === name) ||
      pod.containers.some((container) => container.name === name),
  );
}

/**
 * Tells whether the named containers of a Pod run what its spec says.
 *
 * Images pinned by digest are compared with the reported imageID. For others the in-place state holds the imageID from
 * before the upgrade: while it is still reported, and under another image than the spec's, the kubelet has not restarted
 * the container. Image names are compared in full form (see `sameImage`), otherwise as OpenKruise does.
 */
export function isConsistent(pod: Pod, set: string, names: readonly string[]): boolean {
  if (pod.containers.length !== pod.containerStatuses.length) return false;
  const byDigest = runsPinnedImages(pod, names);
  if (byDigest !== undefined) return byDigest;
  const state = inPlaceState(pod, set);
  if (state === "absent") return true;
  if (state === "unreadable") return false;
  for (const status of pod.containerStatuses) {
    if (!names.includes(status.name) || state.imageIDs.get(status.name) !== status.imageID) continue;
    const image = pod.containers.find((container) => container.name === status.name)?.image;
    if (image !== undefined && !sameImage(image, status.image)) return false;
  }
  return true;
}

/** Whether the named containers run their pinned images; undefined when one of them is not pinned by digest. */
function runsPinnedImages(pod: Pod, names: readonly string[]): boolean | undefined {
  for (const { name, image } of pod.containers) {
    if (!names.includes(name)) continue;
    const wanted = parseDigestReference(image);
    if (wanted === undefined) return undefined;
    const imageID = pod.containerStatuses.find((status) => status.name === name)?.imageID ?? "";
    const running = parseDigestReference(
      imageID.slice(imageID.indexOf("://") < 0 ? 0 : imageID.indexOf("://") + 3),
    );
    if (running?.repository !== wanted.repository || running.digest !== wanted.digest) return false;
  }
  return true;
}

function isReady(pod: Pod, sidecars: readonly Sidecar[]): boolean {
  if (pod.phase !== "Running" || !pod.ready || pod.deleting) return false;
  return sidecars.every((sidecar) => {
    if (!sidecar.hot || sidecar.emptyImage === "") return true;
    const idle = idleContainer(sidecar, pod.annotations);
    return pod.containers.find((container) => container.name === idle)?.image === sidecar.emptyImage;
  });
}

function isContainerReady(pod: Pod, name: string): boolean {
  return pod.containerStatuses.some((status) => status.name === name && status.ready);
}
