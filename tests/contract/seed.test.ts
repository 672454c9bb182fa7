import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { type JsonObject, annotation, at, inject, names, policy, setRequest } from "./policy.ts";

function example(file: string): JsonObject {
  const parsed: JsonObject = parse(
    readFileSync(new URL(`../../policy/examples/${file}`, import.meta.url), "utf8"),
  );
  return parsed;
}

test("the first document's SidecarSet is injected into its Pod", () => {
  const set = example("sidecarset.yaml");
  const stored = policy.validate(setRequest(set), {}).mutated_object;
  for (const given of [set, stored]) {
    const injected = inject(example("pod.yaml"), given);
    assert.deepEqual(names(at(injected, "spec", "containers")), ["sidecar1", "app"]);
    assert.deepEqual(at(injected, "spec", "containers", 0), {
      name: "sidecar1",
      image: "centos:6.7",
      command: ["sleep", "999d"],
      volumeMounts: [{ name: "log-volume", mountPath: "/var/log" }],
      imagePullPolicy: "IfNotPresent",
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      env: [{ name: "IS_INJECTED", value: "true" }],
    });
    assert.deepEqual(at(injected, "spec", "containers", 1), { name: "app", image: "nginx:1.15.1" });
    assert.deepEqual(at(injected, "spec", "volumes"), [{ name: "log-volume", emptyDir: {} }]);
  }
});

test("the Pod remembers the SidecarSet by both hashes", () => {
  const stored = policy.validate(setRequest(example("sidecarset.yaml")), {}).mutated_object;
  const injected = inject(example("pod.yaml"), stored);
  for (const key of ["kruise.io/sidecarset-hash", "kruise.io/sidecarset-hash-without-image"]) {
    assert.equal(
      annotation(injected, key),
      `{"test-sidecarset":{"updateTimestamp":null,"hash":"${annotation(stored, key)}",` +
        '"sidecarSetName":"test-sidecarset","sidecarList":["sidecar1"]}}',
    );
  }
  assert.equal(annotation(injected, "kruise.io/sidecarset-injected-list"), "test-sidecarset");
});

test("settings with the document's SidecarSet are valid", () => {
  assert.deepEqual(policy.validateSettings({ sidecarSets: [example("sidecarset.yaml")] }), { valid: true });
});
