import type { Condition } from "../model/sidecarset.ts";
import type { Reason } from "./reason.ts";

/** A condition before it has a time. */
export interface ConditionDraft {
  readonly type: "InjectionReady" | "Ready" | "Reconciling" | "Stalled";
  readonly status: "True" | "False" | "Unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** Well below the limit of metav1.Condition; longer texts are no longer read. */
const longestMessage = 4096;

/**
 * Puts drafts among the conditions that a set has, sorted by type.
 *
 * A transition time changes with the status alone. Conditions of other types stay as they are. `now` is in
 * milliseconds; times are written in whole seconds, as metav1.Time is.
 */
export function mergeConditions(
  before: readonly Condition[],
  drafts: readonly ConditionDraft[],
  generation: number,
  now: number,
): readonly Condition[] {
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const merged = new Map(before.map((condition) => [condition.type, condition]));
  for (const draft of drafts) {
    const known = merged.get(draft.type);
    const lastTransitionTime = known?.status === draft.status ? known.lastTransitionTime : time;
    const { type, status, reason } = draft;
    const message = shortened(draft.message);
    merged.set(type, { type, status, observedGeneration: generation, lastTransitionTime, reason, message });
  }
  return [...merged.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function shortened(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 3)}...`;
}
