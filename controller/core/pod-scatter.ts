import type { Pod } from "../model/pod.ts";

/** Pods that carry a label value are to be spread over the rollout; value `*` stands for each value in use. */
export interface ScatterTerm {
  readonly key: string;
  readonly value: string;
}

/**
 * Spreads the Pods that match a term over the waiting list, in proportion to all matched Pods.
 *
 * `all` are the set's matched Pods, in the order that decides how `*` expands. Terms apply one after the other, the most
 * frequent first. Follows OpenKruise's algorithm to the letter, single precision included. O(terms x waiting).
 */
export function scatter(
  waiting: readonly Pod[],
  all: readonly Pod[],
  strategy: readonly ScatterTerm[] | undefined,
): readonly Pod[] {
  if (waiting.length < 2) return waiting;
  let terms = expand(strategy ?? [], all);
  if (terms.length > 1) {
    terms = terms
      .map((term) => ({ term, count: waiting.filter((pod) => pod.labels[term.key] === term.value).length }))
      .filter(({ count }) => count > 0)
      .toSorted((a, b) => b.count - a.count)
      .map(({ term }) => term);
  }
  return terms.reduce((pods, term) => spread(pods, all, term), waiting);
}

function expand(strategy: readonly ScatterTerm[], all: readonly Pod[]): readonly ScatterTerm[] {
  const terms = new Map<string, ScatterTerm>();
  const add = (term: ScatterTerm) => {
    const id = JSON.stringify([term.key, term.value]);
    if (!terms.has(id)) terms.set(id, term);
  };
  for (const term of strategy) {
    if (term.value !== "*") {
      add(term);
      continue;
    }
    for (const pod of all) {
      const value = pod.labels[term.key];
      if (value !== undefined) add({ key: term.key, value });
    }
  }
  return [...terms.values()];
}

/** A Pod without the label counts among those with an empty one, but does not by itself bring a term into play. */
function carries(pod: Pod, term: ScatterTerm): boolean {
  return (pod.labels[term.key] ?? "") === term.value;
}

function spread(waiting: readonly Pod[], all: readonly Pod[], term: ScatterTerm): readonly Pod[] {
  const matching = waiting.filter((pod) => carries(pod, term));
  const others = waiting.filter((pod) => !carries(pod, term));
  if (matching.length <= 1 || others.length <= 1) return waiting;
  const last = matching.slice(-1);
  matching.pop();
  const { perMatching, perOthers, groups, head } = grouping(
    matching.length,
    others.length,
    all.filter((pod) => carries(pod, term)).length - 1,
    all.filter((pod) => !carries(pod, term)).length,
  );
  const spreadOut: Pod[] = others.splice(0, head);
  for (let group = 0; group < groups; group++) {
    spreadOut.push(...matching.splice(0, perMatching), ...others.splice(0, perOthers));
  }
  return [...spreadOut, ...matching, ...others, ...last];
}

interface Grouping {
  readonly perMatching: number;
  readonly perOthers: number;
  readonly groups: number;
  /** How many of the others go before the first group. */
  readonly head: number;
}

function grouping(matching: number, others: number, allMatching: number, allOthers: number): Grouping {
  if (Math.fround(allOthers / allMatching) >= Math.fround(others / matching)) {
    return { ...groupSizes(matching, others), groups: Math.min(matching, others), head: 0 };
  }
  const sizes = groupSizes(allMatching, allOthers);
  const groups = Math.min(Math.floor(matching / sizes.perMatching), Math.floor(others / sizes.perOthers));
  return { ...sizes, groups, head: others - groups * sizes.perOthers };
}

function groupSizes(matching: number, others: number): Pick<Grouping, "perMatching" | "perOthers"> {
  const groups = Math.min(matching, others);
  return { perMatching: Math.round(matching / groups), perOthers: Math.round(others / groups) };
}
