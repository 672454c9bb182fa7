import assert from "node:assert/strict";
import { test } from "node:test";
import { RolloutPace, roughTime } from "../../../controller/core/rollout-pace.ts";

const minute = 60_000;

test("the rest takes as long as the pace of the last minutes says", () => {
  const pace = new RolloutPace();
  assert.equal(pace.estimate(0, 100, 0), undefined, "nothing is known at first");
  assert.equal(pace.estimate(5, 95, 5_000), undefined, "too early to tell");
  assert.equal(pace.estimate(20, 80, minute), 4 * minute);
  assert.equal(pace.estimate(100, 0, 5 * minute), undefined, "done");
});

test("a rollout that has come to a halt has no estimate once the window is over", () => {
  const pace = new RolloutPace();
  pace.estimate(0, 100, 0);
  let estimate: number | undefined;
  for (let now = minute; now <= 5 * minute; now += minute) estimate = pace.estimate(now / minute, 95, now);
  assert.notEqual(estimate, undefined);
  for (let now = 6 * minute; now <= 20 * minute; now += minute / 2) estimate = pace.estimate(5, 95, now);
  assert.equal(estimate, undefined);
});

test("times are told in words that do not change with every look", () => {
  const cases: readonly (readonly [number, string])[] = [
    [1, "10s"],
    [31_000, "40s"],
    [59_000, "1m"],
    [61_000, "2m"],
    [59 * minute, "59m"],
    [60 * minute, "1h"],
    [61 * minute, "1h10m"],
    [119 * minute, "2h"],
  ];
  for (const [ms, text] of cases) assert.equal(roughTime(ms), text);
});
