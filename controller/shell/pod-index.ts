import { injectedSets } from "../core/pod-records.ts";
import type { Change } from "../k8s/store.ts";
import type { Pod } from "../model/pod.ts";

/** Pods by the names of the SidecarSets that were injected into them; fed with the changes of a Pod store. */
export class PodIndex {
  readonly #pods = new Map<string, Map<string, Pod>>();

  /** Takes one change in and returns the names of the sets that it concerns. */
  apply(change: Change<Pod>): readonly string[] {
    const before = change.kind === "added" ? [] : injectedSets(change.before);
    const after = change.kind === "removed" ? [] : injectedSets(change.after);
    for (const set of before) {
      if (!after.includes(set)) this.#remove(set, change.key);
    }
    if (change.kind !== "removed") {
      for (const set of after) this.#put(set, change.key, change.after);
    }
    return [...new Set([...before, ...after])];
  }

  /** Pods that record this set, in no particular order. */
  podsOf(set: string): Iterable<Pod> {
    return this.#pods.get(set)?.values() ?? [];
  }

  #put(set: string, key: string, pod: Pod): void {
    let pods = this.#pods.get(set);
    if (pods === undefined) {
      pods = new Map();
      this.#pods.set(set, pods);
    }
    pods.set(key, pod);
  }

  #remove(set: string, key: string): void {
    const pods = this.#pods.get(set);
    pods?.delete(key);
    if (pods?.size === 0) this.#pods.delete(set);
  }
}
