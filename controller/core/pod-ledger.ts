import type { Pod } from "../model/pod.ts";
import { hashAnnotation } from "../model/sidecarset.ts";
import type { HoldRules } from "./hold-reason.ts";
import { type InFlightWrite, isUnseen, unansweredContainers } from "./in-flight.ts";
import { OrderedPods } from "./ordered-pods.ts";
import { groupOf, type PodGroup } from "./pod-group.ts";
import { comparePods } from "./pod-order.ts";
import { recordedHash } from "./pod-records.ts";
import { type Standing, standingOf } from "./pod-standing.ts";
import { isAvailable, type PodState } from "./pod-state.ts";
import type { Counters } from "./status.ts";
import { dueEntry, type UpgradableEntry } from "./upgradable-condition.ts";

/** What a ledger judges Pods by: one state of a set. */
export interface LedgerRules extends HoldRules {
  readonly judge: (pod: Pod) => PodState;
  /** Whether the set's selectors select a Pod that records the set. */
  readonly selects: (pod: Pod) => boolean;
}

/** The writes to Pods as they are at one moment. */
export interface WritesNow {
  /** By uid of the Pod, of all sets. */
  readonly writes: ReadonlyMap<string, InFlightWrite>;
  /** Version up to which the Pod cache is complete. */
  readonly cacheVersion: string;
  /** Milliseconds, on the clock of `writes`. */
  readonly now: number;
}

/** A Pod and what its condition SidecarSetUpgradable is to say. */
export interface Untold {
  readonly pod: Pod;
  readonly entry: UpgradableEntry;
}

/** Pods that are alike in all that is counted; few, however many Pods there are. */
interface PodClass {
  readonly standing: Standing;
  readonly updated: boolean;
  readonly available: boolean;
  /** Hash that the Pods record for the set. */
  readonly version: string;
  count: number;
}

/**
 * The Pods of one state of a set, kept by where they stand, with what is counted of them. A Pod's change costs O(log n),
 * for those that wait, and O(1) for all others; what is asked costs nothing that grows with the Pods.
 *
 * Invariant: equal to a ledger into which the same Pods were put anew, at any time and after any changes.
 */
export class PodLedger {
  readonly #rules: LedgerRules;
  /** Class of each Pod that counts, by uid. */
  readonly #classOf = new Map<string, PodClass>();
  readonly #classes = new Map<string, PodClass>();
  /** Pods by uid; all standings but `settled`, whose Pods nobody lists. */
  readonly #groups = new Map<Standing, Map<string, Pod>>();
  readonly #inOrder: OrderedPods;
  /** Pods by uid whose condition SidecarSetUpgradable does not say what it should of the set. */
  readonly #untold = new Map<string, Untold>();

  constructor(rules: LedgerRules) {
    this.#rules = rules;
    this.#inOrder = new OrderedPods(comparePods, this.waiting);
  }

  /** Takes a Pod in, or its next version. `written` when there was a write to it not long ago. */
  put(pod: Pod, written: boolean): void {
    this.#stand(pod, written);
  }

  remove(uid: string): void {
    this.#untold.delete(uid);
    this.#leave(uid);
  }

  /** Looks at the Pods in the middle of something again: whether their writes are seen and answered by now. */
  review({ writes, cacheVersion, now }: WritesNow): void {
    for (const pod of this.open.values()) {
      const write = writes.get(pod.uid);
      const pending =
        write !== undefined &&
        (isUnseen(write, cacheVersion, now) || unansweredContainers(write, pod, now).length > 0);
      this.#stand(pod, pending);
    }
  }

  get counters(): Counters {
    const counters = { matchedPods: 0, updatedPods: 0, readyPods: 0, updatedReadyPods: 0 };
    for (const { standing, updated, available, count } of this.#classes.values()) {
      if (standing === "SidecarMissing") continue;
      counters.matchedPods += count;
      if (updated) counters.updatedPods += count;
      if (available) counters.readyPods += count;
      if (updated && available) counters.updatedReadyPods += count;
    }
    return counters;
  }

  /** Matched Pods by the hash that they record for the set; "" for those that record none. */
  get versions(): ReadonlyMap<string, number> {
    const versions = new Map<string, number>();
    for (const { standing, version, count } of this.#classes.values()) {
      if (standing !== "SidecarMissing") versions.set(version, (versions.get(version) ?? 0) + count);
    }
    return versions;
  }

  /** By uid. */
  get open(): ReadonlyMap<string, Pod> {
    return this.#group("open");
  }

  /** By uid. */
  get waiting(): ReadonlyMap<string, Pod> {
    return this.#group("waiting");
  }

  /** By uid. */
  get unannotated(): ReadonlyMap<string, Pod> {
    return this.#group("unannotated");
  }

  /** Pods by uid whose condition SidecarSetUpgradable does not say what it should of the set, and what that is. */
  get untold(): ReadonlyMap<string, Untold> {
    return this.#untold;
  }

  /** The waiting Pods as `comparePods` orders them; the first ones cost little. */
  get waitingInOrder(): Iterable<Pod> {
    return this.#inOrder;
  }

  /** Pods of a standing, those that came to it first in front. None are listed for `settled`. */
  group(standing: Exclude<Standing, "settled">): PodGroup {
    const pods = this.#group(standing);
    return groupOf(pods.size, () => pods.values());
  }

  /** True for a Pod that is counted among `matchedPods`. */
  matches({ uid }: Pod): boolean {
    const known = this.#classOf.get(uid);
    return known !== undefined && known.standing !== "SidecarMissing";
  }

  #stand(pod: Pod, pending: boolean): void {
    const { judge, selects } = this.#rules;
    const state = judge(pod);
    const standing = selects(pod) ? standingOf(pod, state, this.#rules, pending) : undefined;
    const entry = state.active
      ? dueEntry(pod, this.#rules.normalized.set.metadata.name, standing)
      : undefined;
    if (entry === undefined) this.#untold.delete(pod.uid);
    else this.#untold.set(pod.uid, { pod, entry });
    if (standing === undefined) {
      this.#leave(pod.uid);
      return;
    }
    const before = this.#classOf.get(pod.uid);
    const after = this.#class(pod, state, standing);
    if (before !== after) {
      this.#classOf.set(pod.uid, after);
      after.count += 1;
      if (before !== undefined) this.#uncount(before, pod.uid, standing);
    }
    if (standing !== "settled") this.#group(standing).set(pod.uid, pod);
    if (standing === "waiting") this.#inOrder.add(pod);
  }

  #leave(uid: string): void {
    const known = this.#classOf.get(uid);
    if (known === undefined) return;
    this.#classOf.delete(uid);
    this.#uncount(known, uid, undefined);
  }

  #uncount(known: PodClass, uid: string, next: Standing | undefined): void {
    known.count -= 1;
    if (known.count === 0) this.#classes.delete(idOf(known));
    if (known.standing !== next) this.#groups.get(known.standing)?.delete(uid);
  }

  #class(pod: Pod, state: PodState, standing: Standing): PodClass {
    const { name } = this.#rules.normalized.set.metadata;
    const version = recordedHash(pod, hashAnnotation, name) ?? "";
    const made = { standing, updated: state.updated, available: isAvailable(state), version, count: 0 };
    const id = idOf(made);
    const known = this.#classes.get(id);
    if (known !== undefined) return known;
    this.#classes.set(id, made);
    return made;
  }

  #group(standing: Standing): Map<string, Pod> {
    let group = this.#groups.get(standing);
    if (group === undefined) {
      group = new Map();
      this.#groups.set(standing, group);
    }
    return group;
  }
}

function idOf({ standing, updated, available, version }: PodClass): string {
  return `${standing} ${updated} ${available} ${version}`;
}
