import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { metadataJudge } from "../../../controller/core/pod-metadata.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { Revision } from "../../../controller/model/revision.ts";
import type { UpdateStrategy } from "../../../controller/model/sidecarset.ts";
import { makeSet, planOf, sidecarPod } from "./make-rollout.ts";

const patchPodMetadata = [{ annotations: { key: "value" } }];

function revision(name: string, metadataDigest: string): Revision {
  return {
    namespace: "ns",
    name,
    uid: `uid-${name}`,
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    revision: 1,
    set: "set",
    owner: "uid-set",
    customVersion: undefined,
    digest: name,
    metadataDigest,
  };
}

function injectedWith(controllerRevision: string | undefined): Pod {
  const { hash } = makeSet();
  const record = JSON.stringify({ set: { hash, controllerRevision } });
  const pod = sidecarPod("a");
  return { ...pod, annotations: { ...pod.annotations, "kruise.io/sidecarset-hash": record } };
}

test("the recorded revision tells whether a Pod lacks the metadata", () => {
  const revisions = new Map(
    [revision("r1", "one"), revision("r2", "two"), revision("r3", "two")].map((known) => [known.name, known]),
  );
  const judge = metadataJudge(makeSet({ patchPodMetadata }), "r3", () => revisions);
  const cases = { r1: true, r2: false, r3: false, gone: true };
  for (const [name, expected] of Object.entries(cases))
    assert.equal(judge(injectedWith(name)), expected, name);
  assert.equal(judge(injectedWith(undefined)), true, "no revision recorded");
  assert.equal(metadataJudge(makeSet(), "r3", () => revisions)(injectedWith("r1")), false, "no metadata");
  const unknown = metadataJudge(makeSet({ patchPodMetadata }), undefined, () => revisions);
  assert.equal(unknown(injectedWith("r1")), false, "the set has no revision yet");
});

describe("Pods that lack nothing but annotations", () => {
  const pods = ["a", "b", "c", "d"].map((name) => sidecarPod(name));
  const planned = (
    updateStrategy: UpdateStrategy,
    refused: readonly string[] = [],
    of: readonly Pod[] = pods,
  ) =>
    planOf(makeSet({ patchPodMetadata, updateStrategy }), of, {
      lacksMetadata: () => true,
      refusals: new Map(refused.map((name) => [`uid-${name}`, "no"])),
    });
  const names = ({ upgrades }: ReturnType<typeof planOf>) =>
    upgrades.map(({ pod, kind }) => `${kind} ${pod.name}`).join(", ");

  test("are annotated whatever maxUnavailable is, and count as ready", () => {
    const result = planned({ maxUnavailable: 0 });
    assert.equal(names(result), "annotate a, annotate b, annotate c, annotate d");
    assert.equal(result.busy, 0);
    assert.equal(result.counters.updatedReadyPods, 4);
    assert.equal(result.conditions[0]?.message, "4 of 4 Pods updated, 4 to be annotated");
  });

  test("are left alone by a pause, by NotUpdate, outside the selector and by the partition", () => {
    assert.equal(names(planned({ paused: true })), "");
    assert.equal(names(planned({ type: "NotUpdate" })), "");
    assert.equal(names(planned({ selector: { matchLabels: { app: "other" } } })), "");
    assert.equal(names(planned({ partition: "50%" })), "annotate a, annotate b");
    assert.equal(planned({ partition: 4 }).conditions[0]?.reason, "RolloutComplete");
  });

  test("that are refused are told of and do not hold up others", () => {
    const result = planned({}, ["a"]);
    assert.equal(names(result), "annotate b, annotate c, annotate d");
    assert.deepEqual([...(result.held.get("UpgradeRefused") ?? [])], [pods[0]]);
  });

  test("wait until they are available, and for their images", () => {
    const unready = { ...sidecarPod("a"), ready: false };
    assert.equal(names(planned({}, [], [unready])), "");
    const old = sidecarPod("a", {}, makeSet({ containers: [{ name: "log", image: "log:0" }] }));
    const { upgrades } = planned({}, [], [old]);
    assert.deepEqual(
      upgrades.map(({ kind, annotates }) => [kind, annotates]),
      [["upgrade", true]],
    );
  });

  test("are annotated a hundred at a time", () => {
    const many = Array.from({ length: 250 }, (_, index) => sidecarPod(`pod-${index}`));
    assert.equal(planned({}, [], many).upgrades.length, 100);
  });

  test("count as they are while the write is not seen", () => {
    const write = { uid: "uid-a", resourceVersion: "101", images: [], restarts: false, writtenAt: 0 };
    const result = planOf(makeSet({ patchPodMetadata }), pods, { writes: new Map([["uid-a", write]]) });
    assert.equal(result.busy, 0);
  });
});
