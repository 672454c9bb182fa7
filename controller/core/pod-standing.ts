import type { Pod } from "../model/pod.ts";
import { holdReason, type HoldRules } from "./hold-reason.ts";
import { isAvailable, type PodState } from "./pod-state.ts";
import type { HoldReason } from "./reason.ts";

/**
 * What a Pod is to a round of planning, as far as it stays so until the Pod, the set or a write changes:
 * `settled` has the current sidecars and is available; `unannotated` is, but for the annotations; `unavailable` has them and is not; `waiting` is to be upgraded as
 * soon as partition and budget allow; a reason keeps it as it is, whatever these allow; `open` is in the middle of
 * something, and has to be looked at in every round.
 */
export type Standing = "settled" | "unannotated" | "unavailable" | "waiting" | "open" | HoldReason;

/** Reasons that hold whatever partition and budget allow. */
export const lastingReasons = [
  "SidecarMissing",
  "UpdatesDisabled",
  "PodRecreationRequired",
  "NativeRestartUnsupported",
  "RolloutPaused",
  "NotSelected",
] as const;

/** Where a Pod stands; undefined for one that has ended or is ending. `pending` while a write to it may not have been seen. */
export function standingOf(
  pod: Pod,
  state: PodState,
  rules: HoldRules,
  pending: boolean,
): Standing | undefined {
  if (!state.active) return undefined;
  if (!state.complete) return "SidecarMissing";
  if (pending || state.halfway || (state.touched && state.settling)) return "open";
  if (state.updated) {
    if (!isAvailable(state)) return "unavailable";
    const { strategy, lacksMetadata } = rules;
    const annotates = strategy.updates && !strategy.paused && strategy.selects(pod.labels);
    return annotates && lacksMetadata(pod) ? "unannotated" : "settled";
  }
  if (state.settling || (state.touched && !isAvailable(state))) return "open";
  const settled = {
    unseen: false,
    restarting: false,
    unanswered: [],
    recent: false,
    overdue: false,
    refused: false,
  };
  return holdReason({ pod, state, ...settled }, rules) ?? "waiting";
}
