import { type ImageChange, type InFlightWrite, isUnanswered, isUnseen } from "../core/in-flight.ts";
import type { Pod } from "../model/pod.ts";

/**
 * The writes to Pods whose effect may not be visible yet, by uid of the Pod. At most one write to a Pod is under way, of
 * whichever set: the next is computed from what the cache shows of the last.
 */
export class InFlightWrites {
  readonly #writes = new Map<string, InFlightWrite>();
  readonly #lost = new Set<string>();

  get all(): ReadonlyMap<string, InFlightWrite> {
    return this.#writes;
  }

  /** Notes a write that is about to be sent; false when the last one to this Pod is not in the cache yet. */
  begin(uid: string, changes: readonly ImageChange[], now: number, cacheVersion: string): boolean {
    const last = this.#writes.get(uid);
    if (last !== undefined && isUnseen(last, cacheVersion)) return false;
    this.#writes.set(uid, { uid, resourceVersion: undefined, changes, writtenAt: now });
    return true;
  }

  /** The Pod has this version or a later one now, with or without the write. */
  settle(uid: string, resourceVersion: string): void {
    this.#lost.delete(uid);
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

  /** The write was refused, or its Pod is gone. */
  drop(uid: string): void {
    this.#lost.delete(uid);
    this.#writes.delete(uid);
  }

  /** Forgets the write to a Pod once cache and kubelet have shown it. */
  prune(pod: Pod, cacheVersion: string, now: number): void {
    const write = this.#writes.get(pod.uid);
    if (write === undefined || isUnseen(write, cacheVersion) || isUnanswered(write, pod, now)) return;
    this.drop(pod.uid);
  }
}
