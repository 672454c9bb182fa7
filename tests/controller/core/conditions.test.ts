import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeConditions } from "../../../controller/core/conditions.ts";
import { statusDiffers } from "../../../controller/core/status.ts";

const draft = {
  type: "Ready",
  status: "False",
  reason: "RolloutProgressing",
  message: "1 of 2 Pods updated",
} as const;
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

test("a condition gets its time when its status changes, and keeps it otherwise", () => {
  const first = mergeConditions([], [draft], 1, start);
  assert.deepEqual(first, [{ ...draft, observedGeneration: 1, lastTransitionTime: "2026-01-02T03:04:05Z" }]);
  const second = mergeConditions(first, [{ ...draft, message: "2 of 2 Pods updated" }], 2, start + 60_000);
  assert.equal(second[0]?.lastTransitionTime, "2026-01-02T03:04:05Z");
  assert.equal(second[0]?.observedGeneration, 2);
  const third = mergeConditions(second, [{ ...draft, status: "True" }], 2, start + 60_000);
  assert.equal(third[0]?.lastTransitionTime, "2026-01-02T03:05:05Z");
});

test("a message longer than anyone reads is cut", () => {
  const [condition] = mergeConditions([], [{ ...draft, message: "x".repeat(40_000) }], 1, start);
  assert.equal(condition?.message.length, 4096);
  assert.match(condition?.message ?? "", /x\.\.\.$/);
});

test("conditions of others stay", () => {
  const other = {
    type: "Audited",
    status: "True",
    lastTransitionTime: "t",
    reason: "R",
    message: "",
  } as const;
  const merged = mergeConditions([other], [draft], 1, start);
  assert.deepEqual(
    merged.map(({ type }) => type),
    ["Audited", "Ready"],
  );
  assert.deepEqual(merged[0], other);
});

test("status is only written when a member differs", () => {
  const status = {
    observedGeneration: 1,
    matchedPods: 1,
    updatedPods: 1,
    readyPods: 1,
    updatedReadyPods: 1,
    conditions: mergeConditions([], [draft], 1, start),
  };
  assert.equal(statusDiffers(undefined, status), true);
  assert.equal(statusDiffers({ ...status, collisionCount: 0 }, status), false);
  assert.equal(statusDiffers({ ...status, readyPods: 0 }, status), true);
  assert.equal(statusDiffers({ ...status, observedGeneration: 0 }, status), true);
  assert.equal(statusDiffers({ ...status, conditions: [] }, status), true);
});
