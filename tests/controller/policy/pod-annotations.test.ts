import assert from "node:assert/strict";
import { test } from "node:test";
import { PolicyError, PolicyModule } from "@kubewarden/as-sdk/host";
import type { StringMap } from "../../../controller/model/pod.ts";
import type { PatchPodMetadata } from "../../../controller/model/sidecarset.ts";
import { PodAnnotations } from "../../../controller/policy/pod-annotations.ts";
import { policyFile } from "../../../sandbox/project.ts";
import { makeSet } from "../core/make-rollout.ts";

const policy = await PolicyModule.load(policyFile);

function changeFor(patchPodMetadata: readonly PatchPodMetadata[], present: StringMap) {
  return new PodAnnotations(policy).changeFor(makeSet({ patchPodMetadata }), present);
}

test("a Pod that runs gets what injection would give it, and nothing else is changed", () => {
  const patch = (patchPolicy: string, annotations: StringMap) => [{ patchPolicy, annotations }];
  const json = { sidecar: '{"envoy":2}' };
  const cases: readonly (readonly [readonly PatchPodMetadata[], StringMap, StringMap])[] = [
    [patch("Retain", { key: "new" }), {}, { key: "new" }],
    [patch("Retain", { key: "new" }), { key: "old" }, {}],
    [patch("Retain", { key: "new" }), { key: "" }, {}],
    [patch("Overwrite", { key: "new" }), { key: "old" }, { key: "new" }],
    [patch("Overwrite", { key: "same" }), { key: "same" }, {}],
    [patch("MergePatchJson", json), { sidecar: '{"log-agent":1}' }, { sidecar: '{"envoy":2,"log-agent":1}' }],
    [patch("MergePatchJson", json), {}, json],
    [patch("Overwrite", { key: "new" }), { "kruise.io/sidecarset-hash": "no json" }, { key: "new" }],
    [[], { key: "old" }, {}],
  ];
  for (const [patches, present, annotations] of cases) {
    assert.deepEqual(changeFor(patches, present), { kind: "change", annotations }, JSON.stringify(patches));
  }
});

test("an annotation that cannot be merged into is told", () => {
  const change = changeFor([{ patchPolicy: "MergePatchJson", annotations: { a: '{"b":1}' } }], { a: "null" });
  assert.equal(change.kind, "impossible");
  assert.match(change.kind === "impossible" ? change.problem : "", /metadata\.annotations\[a\]/);
});

test("Pods with the same annotations are asked for once", () => {
  let asked = 0;
  const counting = {
    validate(request: unknown, settings: unknown) {
      asked++;
      return policy.validate(request, settings);
    },
  };
  const annotations = new PodAnnotations(counting);
  const set = makeSet({ patchPodMetadata: [{ patchPolicy: "Overwrite", annotations: { key: "new" } }] });
  for (const other of ["1", "2"]) annotations.changeFor(set, { key: "old", other });
  assert.equal(asked, 1);
  annotations.changeFor(set, { key: "older" });
  assert.equal(asked, 2);
});

test("a policy that fails makes the change impossible", () => {
  const failing = {
    validate(): never {
      throw new PolicyError("trap", "validate", "unreachable");
    },
  };
  assert.deepEqual(new PodAnnotations(failing).changeFor(makeSet(), {}), {
    kind: "impossible",
    problem: "the policy failed: unreachable",
  });
});
