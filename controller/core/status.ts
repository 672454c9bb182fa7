import { isDeepStrictEqual } from "node:util";
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
  const known: Readonly<Record<string, unknown>> = { ...before };
  return (
    before === undefined ||
    Object.entries(after).some(([name, value]) => !isDeepStrictEqual(known[name], value))
  );
}
