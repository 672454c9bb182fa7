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

test("what does not decide the default order", () => {
  const native = { name: "net", image: "net:1", restartPolicy: "Always" };
  const initStatus = { name: "net", image: "", imageID: "", ready: true, restartCount: 9 };
  const before: readonly (readonly [what: string, first: Pod, second: Pod])[] = [
    [
      "restarts added up: the most of one container counts",
      makePod({ name: "z", containerStatuses: [...restarted(3), ...restarted(0)] }),
      makePod({ name: "a", containerStatuses: [...restarted(2), ...restarted(2)] }),
    ],
    [
      "restarts of native sidecars, where containers differ",
      makePod({ name: "z", containerStatuses: restarted(1) }),
      makePod({ name: "a", initContainers: [native], initContainerStatuses: [initStatus] }),
    ],
    [
      "restarts of init containers that end",
      makePod({ name: "a" }),
      makePod({
        name: "z",
        initContainers: [{ ...native, restartPolicy: "" }],
        initContainerStatuses: [initStatus],
      }),
    ],
    [
      "since when a Pod is not ready",
      makePod({ name: "z", ready: false, readyTransitionTime: 1, creationTimestamp: 9 }),
      makePod({ name: "a", ready: false, readyTransitionTime: 5, creationTimestamp: 8 }),
    ],
    [
      "phases without a rank of their own, which count as Pending",
      makePod({ name: "a", phase: "Pending" }),
      makePod({ name: "b", phase: "" }),
    ],
  ];
  for (const [what, first, second] of before) {
    assert.ok(comparePods(first, second) < 0, what);
    assert.ok(comparePods(second, first) > 0, what);
  }
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
    ["both", { index: "web-3", tier: "1000" }],
  ];
  const orderPriority = [{ orderedKey: "index" }, { orderedKey: "tier" }];
  const ordered = byPriority(
    pods.map(([name, labels]) => makePod({ name, labels })),
    { orderPriority },
  );
  assert.deepEqual(
    ordered.map(({ name }) => name),
    ["plain", "ten", "both", "two", "wordy", "huge", "second"],
  );
});

test("ordered keys do not count beside weights, and a strategy without terms leaves the order", () => {
  const pods = [
    makePod({ name: "one", labels: { index: "1" } }),
    makePod({ name: "two", labels: { index: "2" } }),
  ];
  const names = (strategy: Parameters<typeof byPriority>[1]) =>
    byPriority(pods, strategy).map(({ name }) => name);
  const orderPriority = [{ orderedKey: "index" }];
  const weightPriority = [{ weight: 1, matchSelector: { matchLabels: { index: "1" } } }];
  assert.deepEqual(names({ orderPriority }), ["two", "one"]);
  assert.deepEqual(names({ orderPriority, weightPriority }), ["one", "two"]);
  assert.deepEqual(names({ orderPriority, weightPriority: [] }), ["two", "one"]);
  assert.deepEqual(names({}), ["one", "two"]);
  assert.deepEqual(names(undefined), ["one", "two"]);
});
