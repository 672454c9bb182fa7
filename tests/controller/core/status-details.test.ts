import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { groupOf } from "../../../controller/core/pod-group.ts";
import { RolloutPace } from "../../../controller/core/rollout-pace.ts";
import { statusDetails } from "../../../controller/core/status-details.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { ledgerOf, makeSet, planOf, sidecarPod } from "./make-rollout.ts";

const next = { containers: [{ name: "log", image: "log:2" }] };
const names = ["f", "e", "d", "c", "b", "a"];

function detailsOf(set: ReturnType<typeof makeSet>, pods: readonly Pod[]) {
  const ledger = ledgerOf(set);
  for (const pod of pods) ledger.put(pod, false);
  return statusDetails(planOf(set, pods, { ledger }), {
    versions: ledger.versions,
    missing: groupOf(0, () => []),
    pace: new RolloutPace(),
    now: 0,
  });
}

describe("progress", () => {
  const updated = names.slice(0, 2).map((name) => sidecarPod(name, {}, makeSet(next)));
  const old = names.slice(2).map((name) => sidecarPod(name));

  test("is the share of Pods that are done", () => {
    assert.equal(detailsOf(makeSet(next), [...updated, ...old]).progress, "33%");
    assert.equal(detailsOf(makeSet(next), updated).progress, "100%");
    assert.equal(detailsOf(makeSet(next), []).progress, undefined);
  });

  test("does not wait for Pods that the spec keeps as they are", () => {
    const partition = { ...next, updateStrategy: { partition: 4 } };
    assert.equal(detailsOf(makeSet(partition), [...updated, ...old]).progress, "100%");
    const disabled = { ...next, updateStrategy: { type: "NotUpdate" } };
    assert.equal(detailsOf(makeSet(disabled), [...updated, ...old]).progress, "100%");
  });

  test("waits for Pods that have to be re-created, and for a rollout to be resumed", () => {
    assert.equal(detailsOf(makeSet(next, " changed"), old).progress, "0%");
    const paused = { ...next, updateStrategy: { paused: true } };
    assert.equal(detailsOf(makeSet(paused), [...updated, ...old]).progress, "33%");
  });
});

test("versions are counted by the hash that Pods record, at most ten of them", () => {
  const pods = Array.from({ length: 14 }, (_, index) =>
    sidecarPod(
      `pod-${index}`,
      {},
      makeSet({ containers: [{ name: "log", image: `log:${Math.max(2, index)}` }] }),
    ),
  );
  const { versions } = detailsOf(makeSet(next), pods);
  assert.equal(versions.length, 10);
  assert.deepEqual(versions[0], { hash: "log=log:2", pods: 3 });
});

test("held Pods are told by reason, with a few names", () => {
  const { held } = detailsOf(
    makeSet(next, " changed"),
    names.map((name) => sidecarPod(name)),
  );
  const examples = ["b", "c", "d", "e", "f"].map((name) => `default/${name}`);
  assert.deepEqual(held, [{ reason: "PodRecreationRequired", pods: 6, examples }]);
});
