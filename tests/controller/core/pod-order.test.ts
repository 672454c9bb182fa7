import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { comparePods } from "../../../controller/core/pod-order.ts";
import { byPriority } from "../../../controller/core/pod-priority.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { makePod } from "../model/make-pod.ts";

function restarted(restartCount: number) {
  return [{ name: "main", image: "main:1", imageID: "", ready: true, restartCount }];
}

test("each rule of the default order decides before the next", () => {
  const ascending: readonly Pod[] = [
    makePod({ name: "unscheduled", nodeName: "", phase: "Pending", ready: false }),
    makePod({ name: "pending", phase: "Pending", ready: false }),
    makePod({ name: "unknown", phase: "Unknown", ready: false }),
    makePod({ name: "not-ready", ready: false, readyTransitionTime: 9 }),
    makePod({ name: "ready-at-no-time" }),
    makePod({ name: "ready-late", readyTransitionTime: 8 }),
    makePod({ name: "ready-early-restarted", readyTransitionTime: 5, containerStatuses: restarted(2) }),
    makePod({
      name: "ready-early-native-restarted",
      readyTransitionTime: 5,
      initContainers: [{ name: "net", image: "net:1", restartPolicy: "Always" }],
      initContainerStatuses: [{ name: "net", image: "", imageID: "", ready: true, restartCount: 1 }],
    }),
    makePod({ name: "created-at-no-time", readyTransitionTime: 5 }),
    makePod({ name: "created-late", readyTransitionTime: 5, creationTimestamp: 7 }),
    makePod({ name: "a-created-early", readyTransitionTime: 5, creationTimestamp: 3 }),
    makePod({ name: "b-created-early", readyTransitionTime: 5, creationTimestamp: 3 }),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray([...ascending], { minLength: ascending.length }), (shuffled) => {
      assert.deepEqual(
        shuffled.toSorted(comparePods).map(({ name }) => name),
        ascending.map(({ name }) => name),
      );
    }),
  );
});

test("weights add up, the heaviest first, ties as they came", () => {
  const pods = ["light", "none", "heavy", "none-too"].map((name) =>
    makePod({ name, labels: name === "heavy" ? { a: "1", b: "1" } : name === "light" ? { a: "1" } : {} }),
  );
  const weightPriority = [
    { weight: 10, matchSelector: { matchLabels: { a: "1" } } },
    { weight: 5, matchSelector: { matchLabels: { b: "1" } } },
    { weight: 99, matchSelector: { matchExpressions: [{ key: "a", operator: "Near" }] } },
  ];
  const names = byPriority(pods, { weightPriority }).map(({ name }) => name);
  assert.deepEqual(names, ["heavy", "light", "none", "none-too"]);
});

test("ordered keys: Pods without one first, then by key, then by the larger number", () => {
  const pods: readonly (readonly [string, Pod["labels"]])[] = [
    ["second", { tier: "9" }],
    ["two", { index: "web-2" }],
    ["ten", { index: "web-10" }],
    ["plain", {}],
    ["wordy", { index: "web" }],
    ["huge", { index: "99999999999999999999" }],
  ];
  const orderPriority = [{ orderedKey: "index" }, { orderedKey: "tier" }];
  const ordered = byPriority(
    pods.map(([name, labels]) => makePod({ name, labels })),
    { orderPriority },
  );
  assert.deepEqual(
    ordered.map(({ name }) => name),
    ["plain", "ten", "two", "wordy", "huge", "second"],
  );
});
