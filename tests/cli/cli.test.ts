import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";

function sidecarset(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["cli/main.ts", ...args], {
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr, objects: parseAllDocuments(stdout).map((document) => document.toJS()) };
}

const SET = "policy/examples/sidecarset.yaml";
const POD = "policy/examples/pod.yaml";

test("check names every problem of every set and exits with 1", () => {
  const broken = `
apiVersion: apps.kruise.io/v1beta1
kind: SidecarSet
metadata: { name: first }
spec: { selector: {}, containers: [{ name: a, image: "" }] }
---
apiVersion: apps.kruise.io/v1beta1
kind: SidecarSet
metadata: { name: second }
spec: { selector: { matchLabels: { a: b } } }
`;
  const { status, stderr } = sidecarset(["check", "-f", "-"], broken);
  assert.equal(status, 1);
  assert.match(stderr, /^SidecarSet first: spec\.selector: /m);
  assert.match(stderr, /^SidecarSet first: spec\.containers\[0\]\.image: /m);
  assert.match(stderr, /^SidecarSet second: /m);
});

test("check accepts the examples silently", () => {
  const { status, stdout } = sidecarset(["check", "-f", "policy/examples"]);
  assert.equal(status, 0);
  assert.equal(stdout, "");
});

test("inject shows the Pod with its sidecar, volume and records", () => {
  const { status, objects } = sidecarset(["inject", "-f", SET, POD]);
  assert.equal(status, 0);
  const [pod] = objects;
  assert.deepEqual(
    pod.spec.containers.map(({ name }: { name: string }) => name),
    ["sidecar1", "app"],
  );
  assert.deepEqual(pod.spec.volumes, [{ name: "log-volume", emptyDir: {} }]);
  assert.equal(pod.metadata.annotations["kruise.io/sidecarset-injected-list"], "test-sidecarset");
});

test("inject takes the Pod of a workload's template, and says when nothing matches", () => {
  const workload = (app: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: prod }
spec:
  template:
    metadata: { labels: { app: ${app} } }
    spec: { containers: [{ name: app, image: shop }] }
`;
  const matching = sidecarset(["inject", "-f", SET, "-"], workload("nginx"));
  assert.equal(matching.objects[0].metadata.name, "shop-pod");
  assert.equal(matching.objects[0].spec.containers.length, 2);
  const other = sidecarset(["inject", "-f", SET, "-"], workload("other"));
  assert.equal(other.objects[0].spec.containers.length, 1);
  assert.match(other.stderr, /Pod shop-pod: no SidecarSet matches/);
});

test("settings makes a document that the policy accepts", () => {
  const { status, objects } = sidecarset(["settings", "-f", "policy/examples"]);
  assert.equal(status, 0);
  assert.ok(objects[0].sidecarSets.length > 1);
});

test("input that cannot be read is exit status 2, with the file named", () => {
  const missing = sidecarset(["check", "-f", "no-such-file.yaml"]);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /no-such-file\.yaml: no such file or folder/);
  const malformed = sidecarset(["check", "-f", "-"], "a: [b");
  assert.equal(malformed.status, 2);
  const noSets = sidecarset(["check", "-f", POD]);
  assert.equal(noSets.status, 2);
});
