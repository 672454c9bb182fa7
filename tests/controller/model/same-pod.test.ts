import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../../controller/model/pod.ts";
import { samePod } from "../../../controller/model/same-pod.ts";
import { makePod } from "./make-pod.ts";

const container = { name: "main", image: "main:1", restartPolicy: "" };
const status = { name: "main", image: "main:1", imageID: "main@sha256:1", ready: true, restartCount: 0 };
const condition = { status: "False", reason: "UpdateImmutableField", message: "{}" };
const owner = { kind: "ReplicaSet", name: "web", uid: "u-1" };
const base = {
  labels: { app: "web" },
  annotations: { "kruise.io/sidecarset-hash": "{}" },
  upgradable: condition,
  owner,
  containers: [container],
  initContainers: [container],
  containerStatuses: [status],
  initContainerStatuses: [status],
};

/** Every member of the record but resourceVersion, changed in every way that it can be. */
const differences: { readonly [K in Exclude<keyof Pod, "resourceVersion">]: readonly Pod[K][] } = {
  namespace: ["other"],
  name: ["other"],
  uid: ["other"],
  labels: [{}, { app: "other" }, { tier: "web" }, { app: "web", tier: "front" }],
  annotations: [{}, { "kruise.io/sidecarset-hash": "{ }" }],
  creationTimestamp: [1],
  deletionTimestamp: [1],
  nodeName: [""],
  phase: ["Failed"],
  ready: [false],
  readyTransitionTime: [1],
  upgradable: [
    null,
    { ...condition, status: "True" },
    { ...condition, reason: "" },
    { ...condition, message: "" },
  ],
  containers: [
    [],
    [container, container],
    [{ ...container, name: "x" }],
    [{ ...container, image: "x" }],
    [{ ...container, restartPolicy: "Always" }],
  ],
  initContainers: [[], [{ ...container, image: "x" }]],
  containerStatuses: [
    [],
    [{ ...status, name: "x" }],
    [{ ...status, image: "x" }],
    [{ ...status, imageID: "x" }],
    [{ ...status, ready: false }],
    [{ ...status, restartCount: 1 }],
  ],
  initContainerStatuses: [[], [{ ...status, ready: false }]],
  owner: [null, { ...owner, kind: "x" }, { ...owner, name: "x" }, { ...owner, uid: "x" }],
};

for (const [member, values] of Object.entries(differences)) {
  test(`a Pod with another ${member} is not the same`, () => {
    for (const value of values) {
      const other = makePod({ ...base, [member]: value });
      assert.equal(samePod(makePod(base), other), false, JSON.stringify(value));
      assert.equal(samePod(other, makePod(base)), false, JSON.stringify(value));
    }
  });
}

test("a Pod with another version and equal parts is the same, shared or not", () => {
  const other = makePod({ ...structuredClone(base), resourceVersion: "2" });
  assert.equal(samePod(makePod(base), other), true);
  const bare = { upgradable: null, owner: null };
  assert.equal(samePod(makePod(bare), makePod({ ...bare, resourceVersion: "2" })), true);
});
