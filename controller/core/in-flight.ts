import { compareResourceVersions } from "../k8s/resource-version.ts";
import type { Pod, PodContainerStatus } from "../model/pod.ts";
import { hashAnnotation } from "../model/sidecarset.ts";
import { sameImage } from "./image-reference.ts";
import { hasRestarted } from "./pod-consistency.ts";
import { containerIn, lastingContainers, statusIn } from "./pod-containers.ts";
import { inPlaceStates, latestUpdate } from "./pod-records.ts";

/** A container of a Pod gets another image. */
export interface ImageChange {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** An image that a container was given and may not run yet. */
export interface PendingImage {
  readonly container: string;
  readonly to: string;
  /** Images that the container was given before and may still run, or start once more; "any" when that is not known. */
  readonly superseded: readonly string[] | "any";
}

/** The last write of the controller to a Pod, as long as its effect may not be visible. */
export interface InFlightWrite {
  /** Uid of the Pod. */
  readonly uid: string;
  /** Version that the server answered; undefined while there is no answer, also when it may have got lost. */
  readonly resourceVersion: string | undefined;
  readonly images: readonly PendingImage[];
  /** False when it changes records and annotations alone. */
  readonly restarts: boolean;
  /** Milliseconds on the clock that `plan` is given. */
  readonly writtenAt: number;
}

/** After this long an answered write is over, whatever is reported: runtimes may call an image by another name. */
export const longestHoldMs = 300_000;

/**
 * True while the cache cannot show the write: nothing read from it about this Pod can be trusted. A version that does not
 * come in five minutes never will: the server's history began anew.
 */
export function isUnseen(write: InFlightWrite, cacheVersion: string, now: number): boolean {
  if (write.resourceVersion === undefined) return true;
  return !isOver(write, now) && compareResourceVersions(cacheVersion, write.resourceVersion) < 0;
}

/**
 * The containers of which the kubelet reports an image that the write, or one overtaken by it, has replaced.
 *
 * The record on the Pod tells most of this too. It does not when one upgrade overtakes another: the container of the
 * overtaken one may still start, under a new imageID and ready, before the kubelet gets to the last image. Where none was
 * overtaken, a restart is the answer, though the runtime may report another tag of the image.
 */
export function unansweredContainers(write: InFlightWrite, pod: Pod, now: number): readonly string[] {
  if (isOver(write, now)) return [];
  const states = inPlaceStates(pod);
  const restarted = (container: string, status: PodContainerStatus): boolean =>
    states.some(({ before }) => {
      const last = before.get(container);
      return last !== undefined && hasRestarted(last, status);
    });
  const unanswered = write.images.filter(({ container, to, superseded }) => {
    const wanted = containerIn(pod, container)?.image;
    const status = statusIn(pod, container);
    if (wanted !== to || status === undefined || sameImage(status.image, to)) return false;
    if (superseded === "any") return true;
    if (superseded.length === 1 && restarted(container, status)) return false;
    return superseded.some((image) => sameImage(status.image, image));
  });
  return unanswered.map(({ container }) => container);
}

/** True once the write is too old to hold anything up. */
export function isOver(write: InFlightWrite, now: number): boolean {
  return now - write.writtenAt >= longestHoldMs;
}

/** What a write leaves pending, given the last one to the same Pod. */
export function pendingImages(
  changes: readonly ImageChange[],
  last: InFlightWrite | undefined,
): readonly PendingImage[] {
  const pending = new Map(last?.images.map((image) => [image.container, image]));
  for (const { container, from, to } of changes) {
    const before = pending.get(container)?.superseded ?? [];
    const superseded = before === "any" ? before : [...new Set([...before, from])];
    pending.set(container, { container, to, superseded });
  }
  return [...pending.values()];
}

/**
 * The last write to a Pod as its records tell it, for a controller that has just started and remembers nothing; undefined
 * when it was so long ago that it does not matter.
 */
export function recallWrite(pod: Pod, now: number): InFlightWrite | undefined {
  const { uid, resourceVersion } = pod;
  const states = inPlaceStates(pod);
  const images = lastingContainers(pod)
    .filter(({ name }) => states.some(({ before }) => before.has(name)))
    .map(({ name, image }) => ({ container: name, to: image, superseded: "any" as const }));
  const write = {
    uid,
    resourceVersion,
    images,
    restarts: true,
    writtenAt: latestUpdate(pod, hashAnnotation),
  };
  return images.length === 0 || isOver(write, now) ? undefined : write;
}
