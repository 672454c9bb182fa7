import type { Pod } from "../model/pod.ts";
import type { EffectiveStrategy } from "./update-strategy.ts";
import type { ConditionDraft } from "./conditions.ts";
import { type InFlightWrite, isOver, isUnseen, longestHoldMs, unansweredContainers } from "./in-flight.ts";
import { holdReason, type Judged } from "./hold-reason.ts";
import { unavailableBudget } from "./int-or-percent.ts";
import { comparePods } from "./pod-order.ts";
import { endOf, type PodChange, upgradeOf } from "./pod-patch.ts";
import { byPriority } from "./pod-priority.ts";
import { scatter } from "./pod-scatter.ts";
import type { PodState } from "./pod-state.ts";
import type { HoldReason } from "./reason.ts";
import { rolloutConditions } from "./rollout-conditions.ts";
import type { NormalizedSidecarSet } from "./sidecars.ts";
import type { Counters } from "./status.ts";
import { upgradeCount } from "./upgrade-count.ts";

/** All that one round of planning looks at. */
export interface Observed {
  readonly normalized: NormalizedSidecarSet;
  readonly strategy: EffectiveStrategy;
  /** Pods that record the set as injected and that its selectors select; unfit ones are sorted out here. */
  readonly pods: readonly Pod[];
  /** What each Pod is to this very state of the set. */
  readonly judge: (pod: Pod) => PodState;
  /** Writes to Pods by uid, of all sets. */
  readonly writes: ReadonlyMap<string, InFlightWrite>;
  /** Pods by uid that the API server has refused to change, with what it said; they are left alone for a while. */
  readonly refusals: ReadonlyMap<string, string>;
  /** Version up to which the Pod cache is complete. */
  readonly cacheVersion: string;
  /** Milliseconds, on the clock of `writes`. */
  readonly now: number;
}

/** One Pod to write to, in this order among others. */
export interface Upgrade extends PodChange {
  readonly pod: Pod;
  /**
   * True when the change is only right for this very version of the Pod: an upgrade that is free because the Pod is not
   * ready, an end of a hot upgrade, which stops a container because another one is good.
   */
  readonly guarded: boolean;
}

/** What should happen, and why the rest should not. */
export interface Plan {
  /** Ends of hot upgrades come first: they take nothing more down, and ask neither strategy nor budget. */
  readonly upgrades: readonly Upgrade[];
  /** Every Pod that is neither up to date nor upgraded now, under its reason. */
  readonly held: ReadonlyMap<HoldReason, readonly Pod[]>;
  readonly counters: Counters;
  /** Pods that count against maxUnavailable before this round. */
  readonly busy: number;
  readonly conditions: readonly ConditionDraft[];
  /** When to plan again even if nothing is heard; undefined when events suffice. */
  readonly requeueAfterMs: number | undefined;
}

/**
 * Plans one round of a set's in-place upgrades. Pure; O(Pods), and O(waiting x log waiting) for the order.
 *
 * Guarantee: the Pods that the rollout has taken down, together with those it takes down now, are never more than
 * maxUnavailable. Down are: updated Pods that are not available; Pods with a write that the cache or the kubelet has not
 * shown; outdated Pods in the middle of an earlier upgrade, a hot one until both its containers are as they should be.
 * OpenKruise counts the first kind alone, and so goes over when a set changes twice in a row.
 */
export function plan(observed: Observed): Plan {
  const { strategy, writes, refusals, cacheVersion, now } = observed;
  const missing: Pod[] = [];
  const matched: Judged[] = [];
  for (const pod of observed.pods) {
    const state = observed.judge(pod);
    const write = writes.get(pod.uid);
    if (!state.active) continue;
    if (!state.complete) missing.push(pod);
    else {
      matched.push({
        pod,
        state,
        unseen: write !== undefined && isUnseen(write, cacheVersion, now),
        unanswered: unansweredIn(pod, observed),
        recent: write !== undefined && !isOver(write, now),
        refused: refusals.has(pod.uid),
      });
    }
  }
  const { endable, held, waiting } = sortOut(matched, observed);
  if (missing.length > 0) held.set("SidecarMissing", missing);

  const all = matched.map(({ pod }) => pod);
  const ordered = inUpgradeOrder(waiting, all, strategy);
  const waitingUids = new Set(ordered.map(({ uid }) => uid));
  const down = matched.filter((judged) => isDown(judged, waitingUids.has(judged.pod.uid)));
  const busy = down.length;
  const ends = affordable(endable, busy, unavailableBudget(strategy.maxUnavailable, matched.length), held);
  const waitingToEnd = new Set(held.get("MaxUnavailableReached"));
  const lazy = new Set(held.get("PodRecreationRequired"));
  const stuck = down.filter(({ pod }) => lazy.has(pod)).length;
  const ready = ordered.map((pod) => observed.judge(pod).ready);
  const { count, overBudget } = upgradeCount(ready, { ...strategy, total: matched.length, busy });
  for (const pod of ordered.slice(count, count + overBudget)) hold(held, "MaxUnavailableReached", pod);
  if (ordered.length > count + overBudget) held.set("PartitionHeld", ordered.slice(count + overBudget));

  const begun = ordered.slice(0, count).map((pod, index) => ({
    pod,
    ...upgradeOf(pod, observed.normalized, unansweredIn(pod, observed)),
    guarded: !ready[index],
  }));
  const upgrades = [...ends, ...begun];
  const counters = countersOf(matched);
  const [refused] = held.get("UpgradeRefused") ?? [];
  const refusal = refused && refusals.get(refused.uid);
  const unavailable = matched
    .filter(({ pod, state }) => state.updated && !isAvailable(state) && !waitingToEnd.has(pod))
    .map(({ pod }) => pod);
  const conditions = rolloutConditions({
    counters,
    upgrades: upgrades.length,
    busy,
    stuck,
    held,
    unavailable,
    refusal,
  });
  return { upgrades, held, counters, busy, conditions, requeueAfterMs: nextLook(down, observed) };
}

function unansweredIn(pod: Pod, { writes, now }: Observed): readonly string[] {
  const write = writes.get(pod.uid);
  return write === undefined ? [] : unansweredContainers(write, pod, now);
}

function sortOut(
  matched: readonly Judged[],
  { strategy, normalized }: Observed,
): {
  readonly endable: readonly Upgrade[];
  readonly held: Map<HoldReason, Pod[]>;
  readonly waiting: readonly Pod[];
} {
  const endable: Upgrade[] = [];
  const held = new Map<HoldReason, Pod[]>();
  const waiting: Pod[] = [];
  for (const judged of matched) {
    const end = endOfHotUpgrade(judged, normalized);
    if (end !== undefined) {
      if (judged.refused) hold(held, "UpgradeRefused", judged.pod);
      else endable.push(end);
      continue;
    }
    if (judged.state.updated && !judged.unseen) continue;
    const reason = holdReason(judged, strategy, normalized);
    if (reason === undefined) waiting.push(judged.pod);
    else hold(held, reason, judged.pod);
  }
  return { endable, held, waiting };
}

function endOfHotUpgrade(
  { pod, state, unseen, unanswered }: Judged,
  normalized: NormalizedSidecarSet,
): Upgrade | undefined {
  if (!state.halfway || unseen) return undefined;
  const change = endOf(pod, normalized, { updated: state.updated, unanswered });
  return change && { pod, ...change, guarded: true };
}

/**
 * The ends of hot upgrades that are made now. One takes its Pod down once more for the time that the retiring container
 * restarts, so that among Pods that are ready by now only as many end at once as may be down.
 */
function affordable(
  endable: readonly Upgrade[],
  busy: number,
  budget: number,
  held: Map<HoldReason, Pod[]>,
): readonly Upgrade[] {
  const ready = endable.filter(({ pod }) => pod.ready).toSorted((a, b) => comparePods(a.pod, b.pod));
  const room = Math.max(0, budget - (busy - ready.length));
  for (const { pod } of ready.slice(room)) hold(held, "MaxUnavailableReached", pod);
  return [...endable.filter(({ pod }) => !pod.ready), ...ready.slice(0, room)];
}

function hold(held: Map<HoldReason, Pod[]>, reason: HoldReason, pod: Pod): void {
  if (!held.get(reason)?.push(pod)) held.set(reason, [pod]);
}

function inUpgradeOrder(
  waiting: readonly Pod[],
  all: readonly Pod[],
  strategy: EffectiveStrategy,
): readonly Pod[] {
  const ordered = byPriority(waiting.toSorted(comparePods), strategy.priority);
  return scatter(ordered, all, strategy.scatter);
}

/** An outdated Pod that was upgraded long ago and is not upgraded now may be broken for reasons of its own. */
function isDown({ state, unseen, unanswered, recent }: Judged, waiting: boolean): boolean {
  if (unseen || unanswered.length > 0 || state.halfway) return true;
  if (state.updated) return !isAvailable(state);
  return state.touched && (!state.consistent || ((waiting || recent) && !state.ready));
}

function isAvailable(state: PodState): boolean {
  return state.consistent && state.ready;
}

function countersOf(matched: readonly Judged[]): Counters {
  const tally = { matchedPods: matched.length, updatedPods: 0, readyPods: 0, updatedReadyPods: 0 };
  for (const { state } of matched) {
    const available = isAvailable(state);
    if (state.updated) tally.updatedPods++;
    if (available) tally.readyPods++;
    if (state.updated && available) tally.updatedReadyPods++;
  }
  return tally;
}

/** Only what counts against the budget by its age runs out by itself. */
function nextLook(down: readonly Judged[], { writes, now }: Observed): number | undefined {
  let soonest: number | undefined;
  for (const { pod, state, unseen, unanswered } of down) {
    const write = unseen || unanswered.length > 0 || !state.updated ? writes.get(pod.uid) : undefined;
    if (write === undefined || isOver(write, now)) continue;
    soonest = Math.min(soonest ?? longestHoldMs, write.writtenAt + longestHoldMs - now);
  }
  return soonest;
}
