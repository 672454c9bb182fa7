import type { IntOrPercent } from "../model/sidecarset.ts";

/**
 * Returns how many of `total` Pods a partition keeps old, in [0, total].
 *
 * A percentage may have a fraction and rounds up; one below 100% still frees a Pod when there are two or more. What is
 * neither a number nor a percentage keeps none, as in OpenKruise (the policy's validation reports it).
 */
export function partitionSize(partition: IntOrPercent | undefined, total: number): number {
  if (partition === undefined) return 0;
  if (typeof partition === "number") return clamp(Math.trunc(partition), total);
  const percentage = /^([+-]?(?:\d+\.?\d*|\.\d+))%$/.exec(partition)?.[1];
  if (percentage === undefined) return 0;
  const size = Math.ceil((Number(percentage) * total) / 100);
  if (total > 1 && size === total && partition !== "100%") return total - 1;
  return clamp(size, total);
}

/**
 * Returns how many of `total` matched Pods a rollout may have unavailable; percentages round up.
 *
 * Unlike a partition, `"5"` reads as five percent and a fraction as 0, both as OpenKruise reads them. Absent means 1.
 */
export function unavailableBudget(maxUnavailable: IntOrPercent | undefined, total: number): number {
  if (maxUnavailable === undefined) return 1;
  if (typeof maxUnavailable === "number") return Math.trunc(maxUnavailable);
  const percentage = maxUnavailable.replaceAll("%", "");
  if (!/^[+-]?\d+$/.test(percentage)) return 0;
  return Math.ceil((Number(percentage) * total) / 100);
}

function clamp(size: number, total: number): number {
  return Math.min(Math.max(size, 0), total);
}
