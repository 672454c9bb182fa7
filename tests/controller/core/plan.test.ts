import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { longestHoldMs } from "../../../controller/core/in-flight.ts";
import type { Plan } from "../../../controller/core/plan.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { SidecarSetSpec, UpdateStrategy } from "../../../controller/model/sidecarset.ts";
import { makeSet, planOf, sidecarPod, written } from "./make-rollout.ts";

const [a, b, c, d] = [sidecarPod("a"), sidecarPod("b"), sidecarPod("c"), sidecarPod("d")];
const old = [a, b, c, d];

/** The set with its image changed, so that the Pods of `old` are behind. */
function next(updateStrategy: UpdateStrategy = {}, more: Partial<SidecarSetSpec> = {}) {
  return makeSet({ containers: [{ name: "log", image: "log:2" }], updateStrategy, ...more });
}

function native(image: string) {
  return [{ name: "net", image, restartPolicy: "Always" }];
}

function upgraded({ upgrades }: Plan): string {
  return upgrades.map(({ pod }) => pod.name).join(" ");
}

function heldBy({ held }: Plan) {
  return Object.fromEntries(
    [...held].map(([reason, pods]) => [reason, [...pods].map(({ name }) => name).join(" ")]),
  );
}

function verdict({ conditions }: Plan) {
  const status = conditions.map(({ type, status }) => (status === "True" ? type : "")).filter(Boolean);
  return [conditions[0]?.reason, ...status].join(" ");
}

function updated(pod: Pod, differences: Partial<Pod> = {}): Pod {
  return sidecarPod(pod.name, differences, next());
}

describe("which Pods are upgraded", () => {
  test("none when all are up to date", () => {
    const result = planOf(makeSet(), old);
    assert.equal(upgraded(result), "");
    assert.deepEqual(heldBy(result), {});
    assert.equal(verdict(result), "RolloutComplete Ready");
    assert.deepEqual(result.counters, { matchedPods: 4, updatedPods: 4, readyPods: 4, updatedReadyPods: 4 });
  });

  test("one at a time by default", () => {
    const result = planOf(next(), old);
    assert.equal(upgraded(result), "a");
    assert.deepEqual(result.upgrades[0]?.images, [{ container: "log", from: "log:1", to: "log:2" }]);
    assert.deepEqual(heldBy(result), { MaxUnavailableReached: "b c d" });
    assert.equal(verdict(result), "RolloutProgressing Reconciling");
    assert.deepEqual(result.counters, { matchedPods: 4, updatedPods: 0, readyPods: 4, updatedReadyPods: 0 });
  });

  test("the first version's field counts when the newer one is absent", () => {
    const strategy = { rollingUpdate: { maxUnavailable: 3 } };
    assert.equal(upgraded(planOf(next({}, { strategy }), old)), "a b c");
    assert.equal(upgraded(planOf(next({ maxUnavailable: 2 }, { strategy }), old)), "a b");
    assert.equal(verdict(planOf(next({}, { paused: true }), old)), "RolloutPaused");
    assert.equal(upgraded(planOf(next({ paused: false }, { paused: true }), old)), "a");
  });

  test("not while paused", () => {
    const result = planOf(next({ paused: true, maxUnavailable: 4 }), old);
    assert.equal(upgraded(result), "");
    assert.deepEqual(heldBy(result), { RolloutPaused: "a b c d" });
    assert.equal(verdict(result), "RolloutPaused");
  });

  test("not with type NotUpdate", () => {
    const result = planOf(next({ type: "NotUpdate" }), old);
    assert.deepEqual(heldBy(result), { UpdatesDisabled: "a b c d" });
    assert.equal(verdict(result), "UpdatesDisabled Ready");
  });

  test("not when more than the image changed", () => {
    const normalized = makeSet({ containers: [{ name: "log", image: "log:2" }] }, " changed");
    const result = planOf(normalized, old);
    assert.equal(upgraded(result), "");
    assert.deepEqual(heldBy(result), { PodRecreationRequired: "a b c d" });
    assert.equal(verdict(result), "PodRecreationRequired Stalled");
    assert.equal(
      result.conditions[0]?.message,
      "4 of 4 Pods keep the previous sidecar until they are re-created: spec.containers changed in more than the image (default/a, default/b, default/c, ...)",
    );
  });

  test("only the selected ones", () => {
    const canary = sidecarPod("canary", { labels: { app: "web", canary: "yes" } });
    const selector = { matchLabels: { canary: "yes" } };
    const result = planOf(next({ selector, maxUnavailable: 4 }), [...old, canary]);
    assert.equal(upgraded(result), "canary");
    assert.deepEqual(heldBy(result), { NotSelected: "a b c d" });
  });

  test("all but the partition", () => {
    const result = planOf(next({ partition: "50%", maxUnavailable: 4 }), old);
    assert.equal(upgraded(result), "a b");
    assert.deepEqual(heldBy(result), { PartitionHeld: "c d" });
    const done = planOf(next({ partition: 4 }), old);
    assert.equal(verdict(done), "PartitionHeld Ready");
  });

  test("native sidecars too, where kubelets restart them", () => {
    const before = makeSet({ containers: [], initContainers: native("net:1") });
    const after = makeSet({ containers: [], initContainers: native("net:2") });
    const pod = sidecarPod("a", {}, before);
    const result = planOf(after, [pod]);
    assert.deepEqual(result.upgrades[0]?.images, [{ container: "net", from: "net:1", to: "net:2" }]);
    const old = planOf(after, [pod], { restartsNative: false });
    assert.deepEqual(heldBy(old), { NativeRestartUnsupported: "a" });
    assert.equal(verdict(old), "PodRecreationRequired Stalled");
    assert.match(old.conditions[0]?.message ?? "", /Kubernetes before 1.32 does not restart native sidecars/);
  });

  test("a Pod whose native sidecar has the image needs no restart, whatever the kubelets are", () => {
    const before = makeSet({ initContainers: native("net:1") });
    const after = makeSet({ containers: [{ name: "log", image: "log:2" }], initContainers: native("net:1") });
    const result = planOf(after, [sidecarPod("a", {}, before)], { restartsNative: false });
    assert.equal(upgraded(result), "a");
  });

  test("a Pod without a sidecar of the spec is told of, not counted", () => {
    const containers = [
      { name: "log", image: "log:1" },
      { name: "new", image: "new:1" },
    ];
    const result = planOf(makeSet({ containers }), old);
    assert.equal(result.counters.matchedPods, 0);
    assert.deepEqual(heldBy(result), { SidecarMissing: "a b c d" });
    assert.equal(verdict(result), "PodRecreationRequired Stalled");
  });

  test("a Pod that the API server refuses to change does not hold up the others", () => {
    const result = planOf(next(), old, { refusals: new Map([[a.uid, "denied by a webhook"]]) });
    assert.equal(upgraded(result), "b");
    assert.deepEqual(heldBy(result), { UpgradeRefused: "a", MaxUnavailableReached: "c d" });
    assert.match(
      result.conditions[0]?.message ?? "",
      /^0 of 4 Pods updated; the API server refuses to change 1, and is asked again later: default\/a \(denied by a webhook\)$/,
    );
  });

  test("records are written even where no image differs", () => {
    const pod = sidecarPod("a", {}, makeSet());
    const byHand = {
      ...pod,
      containers: [{ name: "log", image: "log:2", restartPolicy: "" }, ...pod.containers.slice(1)],
    };
    const result = planOf(next(), [byHand]);
    assert.deepEqual(result.upgrades, [
      { pod: byHand, kind: "upgrade", images: [], steps: [], annotates: false, guarded: false },
    ]);
  });
});

describe("what counts against maxUnavailable", () => {
  const write = {
    uid: a.uid,
    resourceVersion: "101",
    images: [{ container: "log", to: "log:2", superseded: ["log:1"] }],
    restarts: true,
    writtenAt: 0,
  };

  test("an updated Pod that is not ready", () => {
    const result = planOf(next(), [updated(a, { ready: false }), b]);
    assert.equal(upgraded(result), "");
    assert.match(result.conditions[0]?.message ?? "", /waiting for 1 to become ready: default\/a/);
  });

  test("a write that the cache does not show, or that has no answer", () => {
    for (const resourceVersion of ["101", undefined]) {
      const writes = new Map([[a.uid, { ...write, resourceVersion }]]);
      const result = planOf(next({ maxUnavailable: 2 }), old, { writes });
      assert.equal(upgraded(result), "b");
      assert.deepEqual(heldBy(result), { UpgradeInFlight: "a", MaxUnavailableReached: "c d" });
    }
  });

  test("a write that the kubelet has not acted on", () => {
    const containers = [{ name: "log", image: "log:2", restartPolicy: "" }, ...a.containers.slice(1)];
    // The record on the Pod does not tell: it names another imageID.
    const pod = updated(a, { containers, containerStatuses: a.containerStatuses });
    const writes = new Map([[a.uid, { ...write, resourceVersion: "100" }]]);
    const held = planOf(next(), [pod, b], { writes, now: 1000 });
    assert.equal(upgraded(held), "");
    assert.equal(held.requeueAfterMs, longestHoldMs - 1000);
    assert.equal(upgraded(planOf(next(), [pod, b], { writes, now: longestHoldMs })), "b");
  });

  test("an upgrade overtaken by the next edit", () => {
    const state = "kruise.io/sidecarset-inplace-update-state";
    const recorded = JSON.stringify({ set: { lastContainerStatuses: { log: { imageID: "id:log:1" } } } });
    const upgrading = (pod: Pod, differences: Partial<Pod>) => ({
      ...pod,
      annotations: { ...pod.annotations, [state]: recorded },
      ...differences,
    });
    const containers = [{ name: "log", image: "log:1.5", restartPolicy: "" }, ...a.containers.slice(1)];
    const writes = new Map([[a.uid, { ...write, resourceVersion: "100" }]]);
    const third = planOf(next(), [upgrading(a, { containers }), b], { writes });
    assert.deepEqual(heldBy(third), { UpgradeInFlight: "a", MaxUnavailableReached: "b" });
    const starting = planOf(next(), [upgrading(a, { ready: false }), b]);
    assert.equal(upgraded(starting), "a");
    assert.equal(starting.upgrades[0]?.guarded, true);
    assert.deepEqual(heldBy(starting), { MaxUnavailableReached: "b" });
  });

  describe("a Pod that runs on with the former image, long after it was upgraded", () => {
    const before = makeSet({ containers: [], initContainers: native("net:1") });
    const after = makeSet({ containers: [], initContainers: native("net:2") });
    const [upgrade] = planOf(after, [sidecarPod("a", {}, before)]).upgrades;
    const overdue = written(upgrade ?? assert.fail(), after);
    const waiting = sidecarPod("b", {}, before);

    test("counts, and the status says why nothing goes on", () => {
      const result = planOf(after, [overdue, waiting], { now: longestHoldMs });
      assert.equal(upgraded(result), "");
      assert.equal(result.busy, 1);
      assert.deepEqual(heldBy(result), { MaxUnavailableReached: "b" });
      assert.equal(verdict(result), "RestartOverdue Stalled");
      assert.match(result.conditions[0]?.message ?? "", /^1 of 2 Pods runs on with the former image/);
    });

    test("is waited for while its write is recent", () => {
      const images = [{ container: "net", to: "net:2", superseded: ["net:1"] }];
      const recent = { uid: overdue.uid, resourceVersion: "100", images, restarts: true, writtenAt: 0 };
      const result = planOf(after, [overdue, waiting], { writes: new Map([[overdue.uid, recent]]) });
      assert.equal(verdict(result), "RolloutProgressing Reconciling");
      assert.equal(result.requeueAfterMs, longestHoldMs);
    });

    test("can be taken back", () => {
      const result = planOf(before, [overdue, waiting], { now: longestHoldMs });
      assert.deepEqual(result.upgrades[0]?.images, [{ container: "net", from: "net:2", to: "net:1" }]);
    });
  });

  test("not an outdated Pod that broke by itself", () => {
    const result = planOf(next(), [{ ...a, ready: false }, b, c]);
    assert.equal(upgraded(result), "a b");
    assert.deepEqual(
      result.upgrades.map(({ guarded }) => guarded),
      [true, false],
    );
  });

  test("zero stops ready Pods and says so", () => {
    const result = planOf(next({ maxUnavailable: 0 }), old);
    assert.equal(upgraded(result), "");
    assert.match(result.conditions[0]?.message ?? "", /maxUnavailable allows no ready Pod to go down/);
  });
});
