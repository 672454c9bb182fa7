import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { scatter, type ScatterTerm } from "../../../controller/core/pod-scatter.ts";
import { makePod } from "../model/make-pod.ts";

/** Pods named 0, 1, 2, ...; the label `key` has the given value, or is absent for ".". */
function podsWith(key: string, values: string) {
  return values
    .split("")
    .map((value, index) => makePod({ name: String(index), labels: value === "." ? {} : { [key]: value } }));
}

const f: readonly ScatterTerm[] = [{ key: "foo", value: "f" }];

test("one term, vectors computed by the original algorithm", () => {
  const cases: readonly [all: string, waiting: string, expected: string][] = [
    ["fff.......", "0 1 2 3 4 5 6 7 8 9", "0 3 4 5 6 1 7 8 9 2"],
    [".......fff", "0 1 2 3 4 5 6 7 8 9", "7 0 1 2 3 8 4 5 6 9"],
    ["fffffff...", "0 1 2 3 4 5 6 7 8 9", "0 1 7 2 3 8 4 5 9 6"],
    ["ff....", "0 1 2 3 4 5", "0 2 3 4 5 1"],
    ["ff..", "0 1 2 3", "0 2 3 1"],
    ["f....", "0 1 2 3 4", "0 1 2 3 4"],
    ["ffff.", "0 1 2 3 4", "0 1 2 3 4"],
    ["fff....", "6 5 4 3 2 1 0", "2 6 5 1 4 3 0"],
    ["fffff.....", "0 1 2 7 8 9", "7 0 8 1 9 2"],
    ["ffffff.....", "4 5 6 7 8 9 10", "6 7 8 9 4 10 5"],
    ["fffffffff..", "0 1 2 9 10", "9 10 0 1 2"],
  ];
  for (const [labels, waiting, expected] of cases) {
    const all = podsWith("foo", labels);
    const list = waiting.split(" ").map((index) => all[Number(index)] ?? assert.fail());
    assert.equal(
      scatter(list, all, f)
        .map(({ name }) => name)
        .join(" "),
      expected,
      `${labels}: ${waiting}`,
    );
  }
});

test("several terms, and a wildcard that expands to them", () => {
  const all = podsWith("a", "111223.");
  const terms = ["1", "2", "3"].map((value) => ({ key: "a", value }));
  for (const strategy of [terms, [{ key: "a", value: "*" }]]) {
    const order = scatter(all, all, strategy).map(({ name }) => name);
    assert.equal(order.join(" "), "3 0 1 5 6 2 4");
  }
});

test("an empty value is no term among several where no waiting Pod has the label", () => {
  const all = podsWith("a", "..ddd");
  const names = (values: string[]) =>
    scatter(
      all,
      all,
      values.map((value) => ({ key: "a", value })),
    )
      .map(({ name }) => name)
      .join(" ");
  assert.equal(names(["", "z"]), "0 1 2 3 4");
  assert.equal(names([""]), "0 2 3 4 1");
});

test("scatter is a permutation of the waiting Pods", () => {
  const pod = fc.tuple(fc.constantFrom("1", "2", "3", "."), fc.boolean());
  const term = fc.record({ key: fc.constant("a"), value: fc.constantFrom("1", "2", "3", "*", "") });
  fc.assert(
    fc.property(fc.array(pod, { maxLength: 30 }), fc.array(term, { maxLength: 4 }), (pods, strategy) => {
      const all = podsWith("a", pods.map(([value]) => value).join(""));
      const waiting = all.filter((_, index) => pods[index]?.[1] === true);
      const result = scatter(waiting, all, strategy);
      assert.deepEqual(new Set(result), new Set(waiting));
      assert.equal(result.length, waiting.length);
    }),
  );
});
