import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { problems, sidecarSet, stored } from "./sidecarset-policy.ts";

interface Vector {
  /** matchLabels as an object, matchExpressions as texts. */
  left: object | string[];
  right: object | string[];
  /** The verdict of the original's rule of thumb. */
  openKruise: boolean;
  /** Whether there are labels that both select. */
  exact: boolean;
}

const file = new URL("../vectors/selector-overlap.json", import.meta.url);
const vectors: Vector[] = JSON.parse(readFileSync(file, "utf8"));

function selectorOf(terms: object | string[]): object {
  if (!Array.isArray(terms)) return { matchLabels: terms };
  const matchExpressions = terms.map((term) => {
    const [key, operator, values] = term.split(" ");
    return { key, operator, ...(values === undefined ? {} : { values: values.split(",") }) };
  });
  return { matchExpressions };
}

/** Whether two sets with one container of the same name are told apart by their selectors. */
function overlap(left: object | string[], right: object | string[], selectorOverlap: string): boolean {
  const other = sidecarSet({ selector: selectorOf(right) });
  other["metadata"].name = "other";
  const set = sidecarSet({ selector: selectorOf(left) });
  return problems(set, { others: [stored(other)], settings: { selectorOverlap } }).length > 0;
}

for (const { left, right, openKruise, exact } of vectors) {
  test(`${JSON.stringify(left)} and ${JSON.stringify(right)}`, () => {
    assert.equal(overlap(left, right, "OpenKruise"), openKruise, "by the rule of thumb");
    assert.equal(overlap(right, left, "OpenKruise"), openKruise, "by the rule of thumb, turned round");
    assert.equal(overlap(left, right, "Exact"), exact, "exactly");
    assert.equal(overlap(right, left, "Exact"), exact, "exactly, turned round");
  });
}
