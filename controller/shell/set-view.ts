import type { NamespaceLabels } from "../core/left-alone.ts";
import { podJudge, type PodState } from "../core/pod-state.ts";
import { podSelection } from "../core/pod-selection.ts";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import { effectiveStrategy, type EffectiveStrategy } from "../core/update-strategy.ts";
import type { Pod } from "../model/pod.ts";

/** One state of a set with all that follows from it alone, and memory for what was asked of it. */
export interface SetView {
  readonly normalized: NormalizedSidecarSet;
  readonly strategy: EffectiveStrategy;
  readonly judge: (pod: Pod) => PodState;
  /** Whether the set's selectors select a Pod. */
  readonly selects: (pod: Pod, namespaceLabels: NamespaceLabels) => boolean;
}

/** Compiles a set. */
export function setView(normalized: NormalizedSidecarSet): SetView {
  return {
    normalized,
    strategy: effectiveStrategy(normalized.set),
    judge: podJudge(normalized),
    selects: podSelection(normalized.set.spec),
  };
}
