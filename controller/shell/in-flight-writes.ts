import {
  type ImageChange,
  type InFlightWrite,
  isOver,
  isUnseen,
  longestHoldMs,
  pendingImages,
  recallWrite,
} from "../core/in-flight.ts";
import type { Pod } from "../model/pod.ts";

/**
 * The last writes to Pods whose effect may not be visible yet, by uid of the Pod. At most one write to a Pod is under
 * way, of whichever set: the next is computed from what the cache shows of the last.
 */
export class InFlightWrites {
  readonly #writes = new Map<string, InFlightWrite>();
  readonly #lost = new Set<string>();
  /** What was known of a Pod before the write under way, in case that is refused. */
  readonly #previous = new Map<string, InFlightWrite>();
  #nextSweep = 0;

  get all(): ReadonlyMap<string, InFlightWrite> {
    return this.#writes;
  }

  /** Learns of writes that another process made, from the Pods; for the start, when the cache is complete. */
  recall(pods: Iterable<Pod>, now: number): void {
    for (const pod of pods) {
      const write = recallWrite(pod, now);
      if (write !== undefined) this.#writes.set(pod.uid, write);
    }
  }

  /** Notes a write that is about to be sent; false when the last one to this Pod is not in the cache yet. */
  begin(uid: string, changes: readonly ImageChange[], now: number, cacheVersion: string): boolean {
    this.#sweep(now, cacheVersion);
    const last = this.#writes.get(uid);
    if (last !== undefined && isUnseen(last, cacheVersion, now)) return false;
    if (last !== undefined) this.#previous.set(uid, last);
    const images = pendingImages(changes, last);
    const restarts = changes.length > 0;
    this.#writes.set(uid, { uid, resourceVersion: undefined, images, restarts, writtenAt: now });
    return true;
  }

  /** The Pod has this version or a later one now, with or without the write. */
  settle(uid: string, resourceVersion: string): void {
    this.#lost.delete(uid);
    this.#previous.delete(uid);
    const write = this.#writes.get(uid);
    if (write !== undefined) this.#writes.set(uid, { ...write, resourceVersion });
  }

  /** No answer came, and nobody knows whether the write was done. */
  lose(uid: string): void {
    if (this.#writes.has(uid)) this.#lost.add(uid);
  }

  /** True when the Pod has to be read before its write can be settled. */
  isLost(uid: string): boolean {
    return this.#lost.has(uid);
  }

  /** The write was refused. */
  takeBack(uid: string): void {
    const previous = this.#previous.get(uid);
    this.drop(uid);
    if (previous !== undefined) this.#writes.set(uid, previous);
  }

  /** The Pod is gone. */
  drop(uid: string): void {
    this.#lost.delete(uid);
    this.#previous.delete(uid);
    this.#writes.delete(uid);
  }

  /** Forgets writes that are over, now and then. */
  #sweep(now: number, cacheVersion: string): void {
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + longestHoldMs / 10;
    for (const write of this.#writes.values()) {
      if (isOver(write, now) && !isUnseen(write, cacheVersion, now)) this.drop(write.uid);
    }
  }
}
