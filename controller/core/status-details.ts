import { podKey } from "../model/pod.ts";
import type { HeldPodsStatus, VersionStatus } from "../model/sidecarset.ts";
import type { Plan } from "./plan.ts";
import { firstOf, type PodGroup } from "./pod-group.ts";
import type { HoldReason } from "./reason.ts";
import { type RolloutPace, roughTime } from "./rollout-pace.ts";
import type { Counters } from "./status.ts";

/** What status tells beyond the original's counters. */
export interface StatusDetails {
  readonly missingPods: number;
  /** Share of the Pods to bring up to date that are, and are ready: `75%`. Undefined when there are none. */
  readonly progress: string | undefined;
  /** At the pace of the last minutes; undefined while nothing moves. */
  readonly estimatedTimeLeft: string | undefined;
  readonly versions: readonly VersionStatus[];
  readonly held: readonly HeldPodsStatus[];
}

/** Versions that are told apart; a rollout has two, and many mean that something else is wrong. */
const mostVersions = 10;

/** Names of Pods under each reason. */
const mostExamples = 5;

/** Reasons by which the spec itself keeps Pods as they are: these are none of the Pods to bring up to date. */
const wanted: readonly HoldReason[] = ["PartitionHeld", "NotSelected", "UpdatesDisabled"];

/** Puts details together. `pace` is that of this state of the set; `now` is in milliseconds. */
export function statusDetails(
  { counters, held }: Pick<Plan, "counters" | "held">,
  account: {
    readonly versions: ReadonlyMap<string, number>;
    readonly missing: PodGroup;
    readonly pace: RolloutPace;
    readonly now: number;
  },
): StatusDetails {
  const { done, left } = workOf(counters, held);
  const leftMs = account.pace.estimate(done, left, account.now);
  return {
    missingPods: account.missing.size,
    progress: done + left === 0 ? undefined : `${Math.floor((done / (done + left)) * 100)}%`,
    estimatedTimeLeft: leftMs === undefined ? undefined : roughTime(leftMs),
    versions: versionsStatus(account.versions),
    held: heldStatus(held),
  };
}

/** Pods that are to be brought up to date: done, and left to do. */
function workOf(
  { matchedPods, updatedReadyPods }: Counters,
  held: Plan["held"],
): { readonly done: number; readonly left: number } {
  const kept = wanted.reduce((sum, reason) => sum + (held.get(reason)?.size ?? 0), 0);
  const missing = held.get("SidecarMissing")?.size ?? 0;
  return { done: updatedReadyPods, left: Math.max(0, matchedPods + missing - kept - updatedReadyPods) };
}

/** The most frequent versions, by number of Pods. `versions` is as `PodLedger.versions` gives them. */
function versionsStatus(versions: ReadonlyMap<string, number>): readonly VersionStatus[] {
  return [...versions]
    .map(([hash, pods]) => ({ hash, pods }))
    .toSorted((a, b) => b.pods - a.pods || (a.hash < b.hash ? -1 : 1))
    .slice(0, mostVersions);
}

/** Pods that are left alone, by reason; those that only wait for their turn are not. */
function heldStatus(held: Plan["held"]): readonly HeldPodsStatus[] {
  return [...held]
    .filter(([reason]) => reason !== "UpgradeInFlight")
    .map(([reason, group]) => ({
      reason,
      pods: group.size,
      examples: isTurn(reason) ? [] : firstOf(group, mostExamples).map(podKey).toSorted(),
    }))
    .toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
}

/** Under these reasons Pods change all the time, and to order them costs. */
function isTurn(reason: HoldReason): boolean {
  return reason === "MaxUnavailableReached" || reason === "PartitionHeld";
}
