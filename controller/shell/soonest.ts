import type { ReconcileResult } from "../runtime/workers.ts";

/** The first of some reasons to come again; those without a time do not count. */
export function soonest(
  looks: readonly { readonly afterMs: number | undefined; readonly reason: string }[],
): ReconcileResult {
  let result: ReconcileResult = { kind: "done" };
  for (const { afterMs, reason } of looks) {
    if (afterMs === undefined) continue;
    if (result.kind === "done" || afterMs < result.afterMs) result = { kind: "requeue", afterMs, reason };
  }
  return result;
}
