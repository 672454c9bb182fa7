import type { Pod } from "../model/pod.ts";
import type { UpdateStrategy } from "../model/sidecarset.ts";
import { compileSelector } from "./selector.ts";

type PriorityStrategy = NonNullable<UpdateStrategy["priorityStrategy"]>;

/**
 * Sorts waiting Pods by the set's priority, stable on the order they come in.
 *
 * Weights are summed over the terms a Pod matches, heaviest first. Without weights, ordered keys count: the Pod with the
 * earlier key first, and Pods without any key before all others, as OpenKruise does; within a key, the larger number at
 * the end of the label value first.
 */
export function byPriority(pods: readonly Pod[], strategy: PriorityStrategy | undefined): readonly Pod[] {
  const weights = strategy?.weightPriority ?? [];
  if (weights.length > 0) {
    const terms = weights.map(({ weight, matchSelector }) => {
      const selector = compileSelector(matchSelector, "everything");
      return { weight, matches: selector.ok ? selector.matches : () => false };
    });
    const weightOf = (pod: Pod) =>
      terms.reduce((sum, term) => sum + (term.matches(pod.labels) ? term.weight : 0), 0);
    return sortBy(pods, weightOf, (a, b) => b - a);
  }
  const keys = (strategy?.orderPriority ?? []).map(({ orderedKey }) => orderedKey);
  if (keys.length === 0) return pods;
  return sortBy(
    pods,
    (pod) => {
      const level = keys.findIndex((key) => pod.labels[key] !== undefined);
      const key = keys[level];
      return { level, number: key === undefined ? 0n : trailingNumber(pod.labels[key] ?? "") };
    },
    (a, b) => a.level - b.level || (a.number > b.number ? -1 : a.number < b.number ? 1 : 0),
  );
}

function sortBy<K>(
  pods: readonly Pod[],
  keyOf: (pod: Pod) => K,
  compare: (a: K, b: K) => number,
): readonly Pod[] {
  return pods
    .map((pod) => ({ pod, key: keyOf(pod) }))
    .toSorted((a, b) => compare(a.key, b.key))
    .map(({ pod }) => pod);
}

/** The number that the trailing digits of a label value spell; 0 without digits or beyond 63 bits. */
function trailingNumber(value: string): bigint {
  const digits = /[0-9]+$/.exec(value)?.[0];
  const number = digits === undefined ? 0n : BigInt(digits);
  return number > 0x7fff_ffff_ffff_ffffn ? 0n : number;
}
