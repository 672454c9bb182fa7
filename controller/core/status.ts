import type { SidecarSetStatus } from "../model/sidecarset.ts";

/** The counters of a SidecarSet's status. */
export interface Counters {
  readonly matchedPods: number;
  readonly updatedPods: number;
  readonly readyPods: number;
  readonly updatedReadyPods: number;
}

/** True when writing `after` over `before` would change something; members that `after` does not name are not compared. */
export function statusDiffers(before: SidecarSetStatus | undefined, after: SidecarSetStatus): boolean {
  if (before === undefined) return true;
  const { conditions, ...counters } = after;
  const known: Readonly<Record<string, unknown>> = { ...before };
  if (Object.entries(counters).some(([name, value]) => known[name] !== value)) return true;
  return JSON.stringify(before.conditions?.map(inOrder)) !== JSON.stringify(conditions?.map(inOrder));
}

function inOrder(condition: NonNullable<SidecarSetStatus["conditions"]>[number]): readonly unknown[] {
  const { type, status, observedGeneration, lastTransitionTime, reason, message } = condition;
  return [type, status, observedGeneration, lastTransitionTime, reason, message];
}
