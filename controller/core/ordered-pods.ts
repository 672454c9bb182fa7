import TinyQueue from "tinyqueue";
import type { Pod } from "../model/pod.ts";

/** Stale entries that are tolerated beside as many as there are Pods. */
const tolerated = 64;

/**
 * Pods in the order of a comparison, for taking a few from the front of many: O(log n) to add one, O(k log n) for the
 * first k. `current` are the Pods by uid that count; one that has left it, or changed, is passed over and cleared away.
 */
export class OrderedPods implements Iterable<Pod> {
  readonly #compare: (one: Pod, other: Pod) => number;
  readonly #current: ReadonlyMap<string, Pod>;
  #queue: TinyQueue<Pod>;
  #queued = new Set<Pod>();

  constructor(compare: (one: Pod, other: Pod) => number, current: ReadonlyMap<string, Pod>) {
    this.#compare = compare;
    this.#current = current;
    this.#queue = new TinyQueue<Pod>([], compare);
  }

  /** Of a Pod that is current. */
  add(pod: Pod): void {
    if (this.#queued.has(pod)) return;
    this.#queued.add(pod);
    this.#queue.push(pod);
    if (this.#queue.length > 2 * this.#current.size + tolerated) this.#clear();
  }

  /** Nothing may be added before the iteration has ended. */
  *[Symbol.iterator](): Generator<Pod, void, undefined> {
    const taken: Pod[] = [];
    try {
      for (let pod = this.#queue.pop(); pod !== undefined; pod = this.#queue.pop()) {
        if (this.#current.get(pod.uid) !== pod) {
          this.#queued.delete(pod);
          continue;
        }
        taken.push(pod);
        yield pod;
      }
    } finally {
      for (const pod of taken) this.#queue.push(pod);
    }
  }

  #clear(): void {
    const pods = [...this.#current.values()];
    this.#queued = new Set(pods);
    this.#queue = new TinyQueue(pods, this.#compare);
  }
}
