import assert from "node:assert/strict";
import { test } from "node:test";
import { SIDECARSET, annotation, pod, podRequest, policy, setRequest, sidecarSet } from "./policy.ts";

const containers = [{ name: "log", image: "log:1" }];
const settings = { sidecarSets: [sidecarSet("a", { containers })] };
const untouched = { accepted: true };

test("a Pod that is created is injected", () => {
  assert.notEqual(policy.validate(podRequest(pod()), settings).mutated_object, undefined);
});

const elsewhere: Record<string, object> = {
  "another operation": podRequest(pod(), { operation: "UPDATE" }),
  "a deletion": podRequest(undefined, { operation: "DELETE", oldObject: pod() }),
  "a subresource": podRequest(pod(), { subResource: "ephemeralcontainers" }),
  "another kind": podRequest(pod(), { kind: { group: "", version: "v1", kind: "Service" } }),
  "a Pod of another group": podRequest(pod(), {
    kind: { group: "metrics.k8s.io", version: "v1", kind: "Pod" },
  }),
  "a Pod that ended well": podRequest({ ...pod(), status: { phase: "Succeeded" } }),
  "a Pod that failed": podRequest({ ...pod(), status: { phase: "Failed" } }),
  "a Pod that is being deleted": podRequest(pod({}, { deletionTimestamp: "2026-01-01T00:00:00Z" })),
  "a Pod without the label": podRequest(pod({}, { labels: { app: "api" } })),
  "a Pod without labels": podRequest({ metadata: {}, spec: {} }),
  "a SidecarSet that is deleted": setRequest(undefined, { operation: "DELETE", oldObject: sidecarSet("a") }),
  "the status of a SidecarSet": setRequest(sidecarSet("a"), { operation: "UPDATE", subResource: "status" }),
  "a request without anything": {},
};

for (const [what, request] of Object.entries(elsewhere)) {
  test(`${what} is accepted untouched`, () => {
    assert.deepEqual(policy.validate(request, settings), untouched);
  });
}

for (const none of [{}, null, { sidecarSets: null }, { sidecarSets: [] }]) {
  test(`settings ${JSON.stringify(none)} inject nothing`, () => {
    assert.deepEqual(policy.validate(podRequest(pod()), none), untouched);
  });
}

test("settings that could never have been accepted reject the Pod rather than leave it without sidecars", () => {
  const response = policy.validate(podRequest(pod()), { sidecarSets: "all" });
  assert.equal(response.accepted, false);
  assert.equal(response.message, "settings: sidecarSets: expected an array");
});

for (const operation of ["CREATE", "UPDATE"]) {
  test(`a SidecarSet is completed on ${operation}`, () => {
    const set = sidecarSet("a", { containers });
    const response = policy.validate(setRequest(set, { operation, oldObject: set }), {});
    assert.equal(annotation(response.mutated_object, "kruise.io/sidecarset-hash").length, 64);
  });
}

test("a SidecarSet with problems is rejected with all of them", () => {
  const set = { kind: "SidecarSet", metadata: { name: "A.b" }, spec: { containers: [{ name: "c" }] } };
  const response = policy.validate(setRequest(set, { kind: SIDECARSET }), {});
  assert.equal(response.accepted, false);
  assert.equal(response.code, 422);
  const lines = response.message?.split("\n") ?? [];
  for (const path of ["metadata.name", "spec.selector", "spec.containers[0].image"]) {
    assert.ok(
      lines.some((line) => line.startsWith(`${path}: `)),
      `${path} is not in\n${response.message}`,
    );
  }
});

test("a Pod of the wrong shape is rejected with the path", () => {
  const response = policy.validate(podRequest(pod({ containers: {}, volumes: [7] })), settings);
  assert.equal(response.accepted, false);
  assert.equal(response.code, 400);
  assert.equal(
    response.message,
    "spec.containers: expected an array, got {}\nspec.volumes[0]: expected an object, got 7",
  );
});
