import type { IntOrPercent } from "../model/sidecarset.ts";
import { partitionSize, unavailableBudget } from "./int-or-percent.ts";

/** What bounds one round of upgrades. */
export interface UpgradeLimits {
  readonly partition: IntOrPercent | undefined;
  readonly maxUnavailable: IntOrPercent | undefined;
  /** How many Pods wait. */
  readonly waiting: number;
  /** Matched Pods; percentages are of these. */
  readonly total: number;
  /** Pods that the rollout has taken down already. */
  readonly busy: number;
}

/** How the waiting Pods fare, from first to last: `count` are upgraded now, then those over budget, then the partition. */
export interface UpgradeCount {
  readonly count: number;
  readonly overBudget: number;
  readonly held: number;
}

/**
 * Returns how many of the waiting Pods, in their order, are upgraded in this round.
 *
 * `waitingReady` tells for each whether it is ready, and is read no further than needed: a Pod that is not costs no budget,
 * but the first ready Pod over budget ends the round, also for those behind it. The partition counts waiting Pods alone. As
 * in OpenKruise.
 */
export function upgradeCount(waitingReady: Iterable<boolean>, limits: UpgradeLimits): UpgradeCount {
  const { partition, maxUnavailable, waiting, total, busy } = limits;
  const open = Math.max(0, waiting - partitionSize(partition, total));
  const budget = unavailableBudget(maxUnavailable, total);
  let down = busy;
  let count = 0;
  if (open > 0) {
    for (const ready of waitingReady) {
      if (ready && down >= budget) break;
      if (ready) down++;
      count++;
      if (count === open) break;
    }
  }
  return { count, overBudget: open - count, held: waiting - open };
}
