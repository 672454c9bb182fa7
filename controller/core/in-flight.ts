import type { Pod } from "../model/pod.ts";
import { compareResourceVersions } from "../k8s/resource-version.ts";
import { sameImage } from "./image-reference.ts";

/** A container of a Pod gets another image. */
export interface ImageChange {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** A write to a Pod that the controller has made and whose effect may not be visible yet. */
export interface InFlightWrite {
  /** Uid of the Pod. */
  readonly uid: string;
  /** Version that the server answered; undefined while there is no answer, also when it may have got lost. */
  readonly resourceVersion: string | undefined;
  readonly changes: readonly ImageChange[];
  /** Milliseconds on the clock that `plan` is given. */
  readonly writtenAt: number;
}

/** After this long a write no longer counts as unanswered by the kubelet: runtimes may report an image by another name. */
export const longestHoldMs = 300_000;

/** True while the cache cannot show the write: nothing read from it about this Pod can be trusted. */
export function isUnseen(write: InFlightWrite, cacheVersion: string): boolean {
  return (
    write.resourceVersion === undefined || compareResourceVersions(cacheVersion, write.resourceVersion) < 0
  );
}

/**
 * True while the kubelet reports an image that the write replaced.
 *
 * The record on the Pod tells this too, except when an upgrade overtakes another: the container of the overtaken one may
 * still start, under a new imageID and ready, before the kubelet gets to the last image.
 */
export function isUnanswered(write: InFlightWrite, pod: Pod, now: number): boolean {
  if (now - write.writtenAt >= longestHoldMs) return false;
  return write.changes.some(({ container, from, to }) => {
    const wanted = pod.containers.find(({ name }) => name === container)?.image;
    const reported = pod.containerStatuses.find(({ name }) => name === container)?.image;
    return wanted === to && reported !== undefined && sameImage(reported, from) && !sameImage(reported, to);
  });
}
