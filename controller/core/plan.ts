import type { Pod } from "../model/pod.ts";
import type { EffectiveStrategy } from "./update-strategy.ts";
import type { ConditionDraft } from "./conditions.ts";
import {
  type ImageChange,
  type InFlightWrite,
  isOver,
  isUnanswered,
  isUnseen,
  longestHoldMs,
} from "./in-flight.ts";
import { holdReason, type Judged } from "./hold-reason.ts";
import { comparePods } from "./pod-order.ts";
import { imageChanges } from "./pod-patch.ts";
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

/** One Pod to upgrade, in this order among others. */
export interface Upgrade {
  readonly pod: Pod;
  readonly changes: readonly ImageChange[];
  /** True when the upgrade is only free because the Pod is not ready: write it to this version of the Pod or not at all. */
  readonly guarded: boolean;
}

/** What should happen, and why the rest should not. */
export interface Plan {
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
 * shown; outdated Pods in the middle of an earlier upgrade. OpenKruise counts the first kind alone, and so goes over
 * when a set changes twice in a row.
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
        unanswered: write !== undefined && isUnanswered(write, pod, now),
        recent: write !== undefined && !isOver(write, now),
        refused: refusals.has(pod.uid),
      });
    }
  }
  const { held, waiting } = sortOut(matched, observed);
  if (missing.length > 0) held.set("SidecarMissing", missing);

  const all = matched.map(({ pod }) => pod);
  const ordered = inUpgradeOrder(waiting, all, strategy);
  const waitingUids = new Set(ordered.map(({ uid }) => uid));
  const down = matched.filter((judged) => isDown(judged, waitingUids.has(judged.pod.uid)));
  const busy = down.length;
  const lazy = new Set(held.get("PodRecreationRequired"));
  const stuck = down.filter(({ pod }) => lazy.has(pod)).length;
  const ready = ordered.map((pod) => observed.judge(pod).ready);
  const { count, overBudget } = upgradeCount(ready, { ...strategy, total: matched.length, busy });
  if (overBudget > 0) held.set("MaxUnavailableReached", ordered.slice(count, count + overBudget));
  if (ordered.length > count + overBudget) held.set("PartitionHeld", ordered.slice(count + overBudget));

  const upgrades = ordered.slice(0, count).map((pod, index) => ({
    pod,
    changes: imageChanges(pod, observed.normalized),
    guarded: !ready[index],
  }));
  const counters = countersOf(matched);
  const [refused] = held.get("UpgradeRefused") ?? [];
  const refusal = refused && refusals.get(refused.uid);
  const unavailable = matched
    .filter(({ state }) => state.updated && !isAvailable(state))
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

function sortOut(
  matched: readonly Judged[],
  { strategy, normalized }: Observed,
): { readonly held: Map<HoldReason, Pod[]>; readonly waiting: readonly Pod[] } {
  const held = new Map<HoldReason, Pod[]>();
  const waiting: Pod[] = [];
  for (const judged of matched) {
    if (judged.state.updated && !judged.unseen) continue;
    const reason = holdReason(judged, strategy, normalized);
    if (reason === undefined) waiting.push(judged.pod);
    else if (!held.get(reason)?.push(judged.pod)) held.set(reason, [judged.pod]);
  }
  return { held, waiting };
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
  if (unseen || unanswered) return true;
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
    const write = unseen || unanswered || !state.updated ? writes.get(pod.uid) : undefined;
    if (write === undefined || isOver(write, now)) continue;
    soonest = Math.min(soonest ?? longestHoldMs, write.writtenAt + longestHoldMs - now);
  }
  return soonest;
}
