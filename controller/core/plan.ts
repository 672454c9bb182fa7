import type { Pod } from "../model/pod.ts";
import type { EffectiveStrategy } from "./update-strategy.ts";
import type { ConditionDraft } from "./conditions.ts";
import { type InFlightWrite, isOver, isUnseen, longestHoldMs, unansweredContainers } from "./in-flight.ts";
import { holdReason, type Judged } from "./hold-reason.ts";
import { HeldPods } from "./held-pods.ts";
import { partitionSize, unavailableBudget } from "./int-or-percent.ts";
import { groupOf, joined, type PodGroup } from "./pod-group.ts";
import type { PodLedger } from "./pod-ledger.ts";
import { comparePods } from "./pod-order.ts";
import { endOf, type PodChange, upgradeOf } from "./pod-patch.ts";
import { lastingReasons } from "./pod-standing.ts";
import { isAvailable, type PodState } from "./pod-state.ts";
import type { HoldReason } from "./reason.ts";
import { rolloutConditions } from "./rollout-conditions.ts";
import type { NormalizedSidecarSet } from "./sidecars.ts";
import type { Counters } from "./status.ts";
import { upgradeCount } from "./upgrade-count.ts";
import { upgradeOrder } from "./upgrade-order.ts";

/** All that one round of planning looks at. */
export interface Observed {
  readonly normalized: NormalizedSidecarSet;
  readonly strategy: EffectiveStrategy;
  /** The set's Pods by where they stand, reviewed at this very moment. */
  readonly ledger: PodLedger;
  /** Pods that record the set, those that do not match among them. Only asked for to scatter. */
  readonly pods: Iterable<Pod>;
  /** What each Pod is to this very state of the set. */
  readonly judge: (pod: Pod) => PodState;
  /** Writes to Pods by uid, of all sets. */
  readonly writes: ReadonlyMap<string, InFlightWrite>;
  /** Pods by uid that the API server has refused to change, with what it said; they are left alone for a while. */
  readonly refusals: ReadonlyMap<string, string>;
  /** Whether kubelets restart a native sidecar whose image changes, as since Kubernetes 1.32. */
  readonly restartsNative: boolean;
  /** Whether a Pod was injected or upgraded with other `patchPodMetadata` than the set has now. */
  readonly lacksMetadata: (pod: Pod) => boolean;
  /** Version up to which the Pod cache is complete. */
  readonly cacheVersion: string;
  /** Milliseconds, on the clock of `writes`. */
  readonly now: number;
}

/** One Pod to write to, in this order among others. */
export interface Upgrade extends PodChange {
  readonly pod: Pod;
  /** True when the set's `patchPodMetadata` is to be applied, too. */
  readonly annotates: boolean;
  /**
   * True when the change is only right for this very version of the Pod: an upgrade that is free because the Pod is not
   * ready, an end of a hot upgrade, which stops a container because another one is good.
   */
  readonly guarded: boolean;
}

/** What should happen, and why the rest should not. */
export interface Plan {
  /**
   * Ends of hot upgrades come first: they take nothing more down, and ask neither strategy nor budget. Pods that lack
   * nothing but annotations come last, and cost no budget.
   */
  readonly upgrades: readonly Upgrade[];
  /** Every Pod that is neither up to date nor upgraded now, under its reason. */
  readonly held: ReadonlyMap<HoldReason, PodGroup>;
  readonly counters: Counters;
  /** Pods that count against maxUnavailable before this round. */
  readonly busy: number;
  readonly conditions: readonly ConditionDraft[];
  /** When to plan again even if nothing is heard; undefined when events suffice. */
  readonly requeueAfterMs: number | undefined;
}

/** Pods that are annotated in one round, so that upgrades do not wait for long behind them. */
const annotatedAtOnce = 100;

/**
 * Plans one round of a set's in-place upgrades. Pure; its cost is that of the Pods in the middle of something and of those
 * upgraded now. A priority or scatter strategy adds O(waiting x log waiting) for the order.
 *
 * Guarantee: the Pods that the rollout has taken down, together with those it takes down now, are never more than
 * maxUnavailable. Down are: updated Pods that are not available; Pods with a write that the cache or the kubelet has not
 * shown; outdated Pods in the middle of an earlier upgrade, a hot one until both its containers are as they should be.
 * OpenKruise counts the first kind alone, and so goes over when a set changes twice in a row.
 */
export function plan(observed: Observed): Plan {
  const { ledger, strategy, refusals } = observed;
  const { counters } = ledger;
  const { matchedPods: total } = counters;
  const open = judgeOpen(observed);
  const held = new HeldPods();
  for (const reason of lastingReasons) held.holdAll(reason, ledger.group(reason));
  const { endable, waiting: alsoWaiting } = sortOut(open, observed, held);
  const refused = [...refusals.keys()].flatMap((uid) => ledger.waiting.get(uid) ?? []);
  for (const pod of refused) held.hold("UpgradeRefused", pod);

  const waitingUids = new Set(alsoWaiting.map(({ uid }) => uid));
  const down = open.filter((judged) => isDown(judged, waitingUids.has(judged.pod.uid)));
  const busy = down.length + ledger.group("unavailable").size;
  const ends = affordable(endable, busy, unavailableBudget(strategy.maxUnavailable, total), held);
  const waitingToEnd = new Set(held.pods("MaxUnavailableReached"));
  const lazy = new Set(held.pods("PodRecreationRequired"));
  const stuck = down.filter(({ pod }) => lazy.has(pod)).length;

  const downPods = new Set(down.map(({ pod }) => pod));
  const inOrder = (): Iterable<Pod> => upgradeOrder(alsoWaiting, observed);
  const first: Pod[] = [];
  const costs = function* (): Iterable<boolean> {
    for (const pod of inOrder()) {
      first.push(pod);
      yield observed.judge(pod).ready && !downPods.has(pod);
    }
  };
  const waiting = ledger.waiting.size - refused.length + alsoWaiting.length;
  const counts = upgradeCount(costs(), { ...strategy, waiting, total, busy });
  const { count, overBudget } = counts;
  const overBudgetPods = (): readonly Pod[] => [...inOrder()].slice(count, count + overBudget);
  held.holdAll("MaxUnavailableReached", groupOf(overBudget, overBudgetPods));
  held.holdAll(
    "PartitionHeld",
    groupOf(counts.held, () => [...inOrder()].slice(count + overBudget)),
  );
  const begun = first.slice(0, count).map((pod) => ({
    pod,
    ...upgradeOf(pod, observed.normalized, unansweredIn(pod, observed)),
    annotates: observed.lacksMetadata(pod),
    guarded: !observed.judge(pod).ready,
  }));
  const heldBack = Math.max(0, partitionSize(strategy.partition, total) - counts.held);
  const annotations = toAnnotate(observed, heldBack, held);
  const upgrades = [...ends, ...begun, ...annotations];

  const byReason = held.byReason();
  const [firstRefused] = held.pods("UpgradeRefused");
  const refusal = firstRefused && refusals.get(firstRefused.uid);
  const unavailable = open
    .filter(
      ({ pod, state, overdue }) => state.updated && !isAvailable(state) && !overdue && !waitingToEnd.has(pod),
    )
    .map(({ pod }) => pod);
  const overdue = open.filter(({ state, overdue }) => state.updated && overdue).map(({ pod }) => pod);
  const conditions = rolloutConditions({
    counters,
    upgrades: upgrades.length,
    unannotated: Math.max(0, ledger.unannotated.size - heldBack),
    busy,
    stuck,
    held: byReason,
    unavailable: joined(
      ledger.group("unavailable"),
      groupOf(unavailable.length, () => unavailable),
    ),
    overdue: groupOf(overdue.length, () => overdue),
    refusal,
  });
  return { upgrades, held: byReason, counters, busy, conditions, requeueAfterMs: nextLook(down, observed) };
}

function judgeOpen(observed: Observed): readonly Judged[] {
  const { ledger, judge, writes, refusals, cacheVersion, now } = observed;
  return [...ledger.open.values()].map((pod) => {
    const write = writes.get(pod.uid);
    const state = judge(pod);
    const unseen = write !== undefined && isUnseen(write, cacheVersion, now);
    const restarting = write?.restarts === true;
    const recent = write !== undefined && !isOver(write, now);
    return {
      pod,
      state,
      unseen,
      restarting,
      unanswered: unansweredIn(pod, observed),
      recent,
      overdue: state.touched && state.settling && !unseen && !recent,
      refused: refusals.has(pod.uid),
    };
  });
}

function unansweredIn(pod: Pod, { writes, now }: Observed): readonly string[] {
  const write = writes.get(pod.uid);
  return write === undefined ? [] : unansweredContainers(write, pod, now);
}

function sortOut(
  open: readonly Judged[],
  observed: Observed,
  held: HeldPods,
): { readonly endable: readonly Upgrade[]; readonly waiting: readonly Pod[] } {
  const endable: Upgrade[] = [];
  const waiting: Pod[] = [];
  for (const judged of open) {
    const end = endOfHotUpgrade(judged, observed.normalized);
    if (end !== undefined) {
      if (judged.refused) held.hold("UpgradeRefused", judged.pod);
      else endable.push(end);
      continue;
    }
    if (judged.state.updated && !judged.unseen) continue;
    const reason = holdReason(judged, observed);
    if (reason === undefined) waiting.push(judged.pod);
    else held.hold(reason, judged.pod);
  }
  return { endable, waiting };
}

function endOfHotUpgrade(
  { pod, state, unseen, unanswered }: Judged,
  normalized: NormalizedSidecarSet,
): Upgrade | undefined {
  if (!state.halfway || unseen) return undefined;
  const change = endOf(pod, normalized, { updated: state.updated, unanswered });
  return change && { pod, ...change, annotates: false, guarded: true };
}

/** The next Pods that lack nothing but annotations; as many as the partition asks for keep what they have. */
function toAnnotate({ ledger, refusals }: Observed, heldBack: number, held: HeldPods): readonly Upgrade[] {
  const { unannotated } = ledger;
  for (const uid of refusals.keys()) {
    const pod = unannotated.get(uid);
    if (pod !== undefined) held.hold("UpgradeRefused", pod);
  }
  const due: Upgrade[] = [];
  const most = Math.min(annotatedAtOnce, unannotated.size - heldBack);
  for (const pod of unannotated.values()) {
    if (due.length >= most) break;
    if (refusals.has(pod.uid)) continue;
    due.push({ pod, kind: "annotate", images: [], steps: [], annotates: true, guarded: false });
  }
  return due;
}

/**
 * The ends of hot upgrades that are made now. One takes its Pod down once more for the time that the retiring container
 * restarts, so that among Pods that are ready by now only as many end at once as may be down.
 */
function affordable(
  endable: readonly Upgrade[],
  busy: number,
  budget: number,
  held: HeldPods,
): readonly Upgrade[] {
  const ready = endable.filter(({ pod }) => pod.ready).toSorted((a, b) => comparePods(a.pod, b.pod));
  const room = Math.max(0, budget - (busy - ready.length));
  for (const { pod } of ready.slice(room)) held.hold("MaxUnavailableReached", pod);
  return [...endable.filter(({ pod }) => !pod.ready), ...ready.slice(0, room)];
}

/** An outdated Pod that was upgraded long ago and is not upgraded now may be broken for reasons of its own. */
function isDown({ state, unseen, restarting, unanswered, recent }: Judged, waiting: boolean): boolean {
  if ((unseen && restarting) || unanswered.length > 0 || state.halfway) return true;
  if (state.updated) return !isAvailable(state);
  return state.touched && (!state.consistent || ((waiting || recent) && !state.ready));
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
