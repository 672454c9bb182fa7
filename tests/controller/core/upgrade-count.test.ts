import assert from "node:assert/strict";
import { test } from "node:test";
import { upgradeCount } from "../../../controller/core/upgrade-count.ts";
import type { IntOrPercent } from "../../../controller/model/sidecarset.ts";

test("vectors from the original's unit tests, all waiting Pods ready", () => {
  const cases: readonly {
    readonly total: number;
    readonly updated: number;
    readonly healthy: number;
    readonly maxUnavailable?: IntOrPercent;
    readonly partition?: IntOrPercent;
    readonly waiting?: number;
    readonly count: number;
  }[] = [
    { total: 100, updated: 30, healthy: 26, maxUnavailable: 10, count: 6 },
    { total: 1000, updated: 300, healthy: 260, maxUnavailable: "10%", count: 60 },
    { total: 1000, updated: 300, healthy: 250, maxUnavailable: "5%", count: 0 },
    { total: 100, updated: 30, healthy: 27, maxUnavailable: 100, count: 70 },
    { total: 1000, updated: 800, healthy: 760, maxUnavailable: 100, partition: 180, count: 20 },
    { total: 1000, updated: 800, healthy: 760, maxUnavailable: 100, partition: 100, count: 60 },
    { total: 1000, updated: 800, healthy: 760, maxUnavailable: 100, partition: "18%", count: 20 },
    { total: 1000, updated: 800, healthy: 760, maxUnavailable: 100, partition: "10%", count: 60 },
    { total: 1000, updated: 0, healthy: 0, maxUnavailable: 100, waiting: 30, count: 30 },
    { total: 5, updated: 0, healthy: 0, maxUnavailable: "5%", count: 1 },
    { total: 5, updated: 0, healthy: 0, maxUnavailable: 5, partition: "99%", count: 1 },
    { total: 5, updated: 0, healthy: 0, maxUnavailable: 5, partition: "1%", count: 4 },
  ];
  for (const { total, updated, healthy, maxUnavailable, partition, waiting, count } of cases) {
    const ready = Array.from({ length: waiting ?? total - updated }, () => true);
    const limits = { waiting: ready.length, total, busy: updated - healthy, maxUnavailable, partition };
    const result = upgradeCount(ready, limits);
    assert.equal(result.count, count, JSON.stringify({ total, updated, maxUnavailable, partition }));
    assert.equal(result.count + result.overBudget + result.held, ready.length);
  }
});

test("a partition is taken off the waiting Pods: those that wait for re-creation stay beside it", () => {
  const ready = Array.from({ length: 7 }, () => true);
  const limits = { waiting: 7, total: 10, busy: 0, maxUnavailable: 10 };
  assert.deepEqual(upgradeCount(ready, { ...limits, partition: 5 }), { count: 2, overBudget: 0, held: 5 });
  assert.deepEqual(upgradeCount(ready, { ...limits, partition: "50%" }), {
    count: 2,
    overBudget: 0,
    held: 5,
  });
  assert.deepEqual(upgradeCount(ready, { ...limits, partition: 8 }), { count: 0, overBudget: 0, held: 7 });
});

test("Pods that are not ready are free until a ready one is over budget", () => {
  const limits = { waiting: 4, total: 4, busy: 0, maxUnavailable: 1, partition: undefined };
  assert.equal(upgradeCount([false, false, true, true], limits).count, 3);
  assert.equal(upgradeCount([true, false, true, false], limits).count, 2);
  assert.equal(upgradeCount([true, false], { ...limits, waiting: 2, busy: 1 }).count, 0);
  assert.equal(upgradeCount([false, true], { ...limits, waiting: 2, maxUnavailable: 0 }).count, 1);
});
