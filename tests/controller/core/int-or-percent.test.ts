import assert from "node:assert/strict";
import { test } from "node:test";
import { partitionSize, unavailableBudget } from "../../../controller/core/int-or-percent.ts";

test("partition", () => {
  const cases = [
    [undefined, 10, 0],
    [3, 10, 3],
    [-3, 10, 0],
    [30, 10, 10],
    ["0%", 10, 0],
    ["1%", 10, 1],
    ["50%", 3, 2],
    ["99%", 5, 4],
    ["100%", 5, 5],
    ["100.0%", 5, 4],
    ["99%", 1, 1],
    ["12.5%", 16, 2],
    ["200%", 5, 5],
    ["-10%", 5, 0],
    ["5", 10, 0],
    ["x%", 10, 0],
    ["1.5", 10, 0],
    ["0.1%", 1, 1],
    ["99.9%", 1000, 999],
    ["", 10, 0],
  ] as const;
  for (const [value, total, expected] of cases) {
    assert.equal(partitionSize(value, total), expected, `${value} of ${total}`);
  }
});

test("maxUnavailable", () => {
  const cases = [
    [undefined, 10, 1],
    [0, 10, 0],
    [7, 3, 7],
    ["10%", 1000, 100],
    ["1%", 10, 1],
    ["5%", 5, 1],
    ["100%", 7, 7],
    ["0%", 7, 0],
    ["5", 100, 5],
    ["5%%", 100, 5],
    ["2.5%", 100, 0],
    ["many", 100, 0],
  ] as const;
  for (const [value, total, expected] of cases) {
    assert.equal(unavailableBudget(value, total), expected, `${value} of ${total}`);
  }
});
