import type { Pod } from "../model/pod.ts";
import type { PodLedger } from "./pod-ledger.ts";
import { comparePods } from "./pod-order.ts";
import { byPriority } from "./pod-priority.ts";
import { scatter } from "./pod-scatter.ts";
import type { EffectiveStrategy } from "./update-strategy.ts";

/** What the order depends on. */
export interface OrderedBy {
  readonly ledger: PodLedger;
  readonly strategy: EffectiveStrategy;
  /** Pods by uid that are passed over. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly pods: Iterable<Pod>;
}

/**
 * The Pods that wait, those of the ledger and `also`, in the order in which they are upgraded. By default the first ones
 * cost no more than they are; priorities and scattering need all.
 */
export function upgradeOrder(
  also: readonly Pod[],
  { ledger, strategy, refusals, pods }: OrderedBy,
): Iterable<Pod> {
  const { priority, scatter: terms } = strategy;
  const alsoInOrder = also.toSorted(comparePods);
  const inOrder = merged(alsoInOrder, ledger.waitingInOrder, refusals);
  if (priority === undefined && (terms ?? []).length === 0) return inOrder;
  const all = [...pods].filter((pod) => ledger.matches(pod));
  return scatter(byPriority([...inOrder], priority), all, terms);
}

/** Both are in order already. */
function* merged(
  few: readonly Pod[],
  many: Iterable<Pod>,
  refusals: ReadonlyMap<string, string>,
): Generator<Pod, void, undefined> {
  let next = 0;
  for (const pod of many) {
    if (refusals.has(pod.uid)) continue;
    for (let other = few[next]; other !== undefined && comparePods(other, pod) < 0; other = few[next]) {
      yield other;
      next += 1;
    }
    yield pod;
  }
  yield* few.slice(next);
}
