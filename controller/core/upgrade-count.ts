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
 * `costs` tells for each whether its upgrade takes down a Pod that is not down yet, and is read no further than needed: other
 * Pods cost no budget, but the first one over budget ends the round, also for those behind it. The partition counts waiting
 * Pods alone. As in OpenKruise.
 */
export function upgradeCount(costs: Iterable<boolean>, limits: UpgradeLimits): UpgradeCount {
  const { partition, maxUnavailable, waiting, total, busy } = limits;
  const open = Math.max(0, waiting - partitionSize(partition, total));
  const budget = unavailableBudget(maxUnavailable, total);
  let down = busy;
  let count = 0;
  if (open > 0) {
    for (const cost of costs) {
      if (cost && down >= budget) break;
      if (cost) down++;
      count++;
      if (count === open) break;
    }
  }
  return { count, overBudget: open - count, held: waiting - open };
}
