import type { IntOrPercent, SidecarSet, UpdateStrategy } from "../model/sidecarset.ts";
import type { StringMap } from "../model/pod.ts";
import { compileSelector } from "./selector.ts";

/** The update strategy with the first version's fields and the defaults read in. */
export interface EffectiveStrategy {
  /** False for type NotUpdate; every other type rolls. */
  readonly updates: boolean;
  readonly paused: boolean;
  /** Which Pods may be upgraded in place, by their labels; a faulty selector selects none. */
  readonly selects: (labels: StringMap) => boolean;
  /** True when a selector restricts the update. */
  readonly selective: boolean;
  readonly partition: IntOrPercent | undefined;
  readonly maxUnavailable: IntOrPercent | undefined;
  readonly priority: UpdateStrategy["priorityStrategy"];
  readonly scatter: UpdateStrategy["scatterStrategy"];
}

/** Reads the strategy of a set: the newer field, else the first version's, else the default. */
export function effectiveStrategy(set: SidecarSet): EffectiveStrategy {
  const { updateStrategy, paused, strategy } = set.spec;
  const selector = updateStrategy?.selector ?? undefined;
  const compiled = compileSelector(selector, "everything");
  return {
    updates: updateStrategy?.type !== "NotUpdate",
    paused: updateStrategy?.paused ?? paused ?? false,
    selects: selector === undefined ? () => true : compiled.ok ? compiled.matches : () => false,
    selective: selector !== undefined,
    partition: updateStrategy?.partition ?? undefined,
    maxUnavailable: updateStrategy?.maxUnavailable ?? strategy?.rollingUpdate?.maxUnavailable ?? undefined,
    priority: updateStrategy?.priorityStrategy,
    scatter: updateStrategy?.scatterStrategy,
  };
}
