import assert from "node:assert/strict";
import { test } from "node:test";
import { podPatch, upgradeOf } from "../../../controller/core/pod-patch.ts";
import { hot, makeSet, sidecarPod } from "./make-rollout.ts";

const now = Date.UTC(2026, 6, 2, 9, 0, 0, 999);
const containers = [
  { name: "log", image: "log:2" },
  { name: "same", image: "same:1" },
];

const recordOnly = { kind: "upgrade", images: [], steps: [] } as const;

test("one patch holds images, the set's record and the imageIDs from before", () => {
  const before = makeSet({
    containers: [
      { name: "log", image: "log:1" },
      { name: "same", image: "same:1" },
    ],
  });
  const after = makeSet({ containers });
  const pod = sidecarPod("a", {}, before);
  const change = upgradeOf(pod, after);
  assert.deepEqual(podPatch(pod, after, change, { now, guarded: false }), {
    metadata: {
      uid: "uid-a",
      annotations: {
        "kruise.io/sidecarset-hash":
          '{"set":{"updateTimestamp":"2026-07-02T09:00:00Z","hash":"log=log:2,same=same:1","sidecarSetName":"set","sidecarList":["log","same"]}}',
        "kruise.io/sidecarset-inplace-update-state":
          '{"set":{"revision":"log=log:2,same=same:1","updateTimestamp":"2026-07-02T09:00:00Z","lastContainerStatuses":{"log":{"imageID":"id:log:1","restartCount":0}}}}',
      },
    },
    spec: { containers: [{ name: "log", image: "log:2" }] },
  });
});

test("a guarded patch is tied to the version of the Pod", () => {
  const pod = sidecarPod("a", { resourceVersion: "77" });
  assert.equal(podPatch(pod, makeSet(), recordOnly, { now, guarded: true }).metadata.resourceVersion, "77");
});

test("containers that the Pod lacks and hot ones are not named; no change, no spec", () => {
  const pod = sidecarPod("a");
  const normalized = makeSet({
    containers: [
      { name: "log", image: "log:1" },
      { name: "absent", image: "absent:1" },
      hot("main", "x", "e"),
    ],
  });
  const change = upgradeOf(pod, normalized);
  assert.deepEqual(change, { kind: "upgrade", images: [], steps: [] });
  assert.equal("spec" in podPatch(pod, normalized, change, { now, guarded: false }), false);
});

test("native init sidecars are in the list of names, plain init containers are not", () => {
  const initContainers = [
    { name: "zero", image: "z:1" },
    { name: "net", image: "net:1", restartPolicy: "Always" },
  ];
  const patch = podPatch(sidecarPod("a"), makeSet({ initContainers }), recordOnly, { now, guarded: false });
  assert.match(
    patch.metadata.annotations["kruise.io/sidecarset-hash"] ?? "",
    /"sidecarList":\["log","net"\]/,
  );
});

test("records in the first shape of OpenKruise are brought into the newer one, in both annotations", () => {
  const annotations = {
    "kruise.io/sidecarset-hash": '{"set":"old","other":"h"}',
    "kruise.io/sidecarset-hash-without-image": '{"set":"log","other":"w"}',
  };
  const { metadata } = podPatch(sidecarPod("a", { annotations }), makeSet(), recordOnly, {
    now,
    guarded: false,
  });
  const other = (hash: string) =>
    `"other":{"updateTimestamp":null,"hash":"${hash}","sidecarSetName":"other","sidecarList":null}`;
  assert.ok(metadata.annotations["kruise.io/sidecarset-hash"]?.includes(other("h")));
  const log = '"set":{"updateTimestamp":null,"hash":"log","sidecarSetName":"set","sidecarList":null}';
  assert.equal(metadata.annotations["kruise.io/sidecarset-hash-without-image"], `{${other("w")},${log}}`);
});
