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
  const { status, stdout, stderr } = sidecarset(["check", "-f", "policy/examples"]);
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
});

test("check finds conflicts between the sets of the input", () => {
  const set = (name: string) => `
apiVersion: apps.kruise.io/v1beta1
kind: SidecarSet
metadata: { name: ${name} }
spec: { selector: { matchLabels: { app: web } }, containers: [{ name: log, image: "log:1" }] }
---
`;
  const { status, stderr } = sidecarset(["check", "-f", "-"], set("first") + set("second"));
  assert.equal(status, 1);
  assert.match(stderr, /^SidecarSet second: .*SidecarSet "first" has "log" already/m);
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

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: prod }
spec:
  template:
    metadata: { labels: { app: nginx } }
    spec: { containers: [{ name: app, image: shop }] }
`;

test("why tells for each set what it brings or which term keeps it out", () => {
  const other = `
apiVersion: apps.kruise.io/v1beta1
kind: SidecarSet
metadata: { name: mesh }
spec: { selector: { matchLabels: { app: api } }, containers: [{ name: proxy, image: "p:1" }] }
---
`;
  const { status, stdout } = sidecarset(["why", "-f", SET, "-"], other + deployment);
  assert.equal(status, 0);
  assert.deepEqual(stdout.split("\n"), [
    "Pod prod/shop-pod:",
    "  test-sidecarset  injected: containers sidecar1, volumes log-volume",
    '  mesh             not injected: spec.selector.matchLabels[app]: expected "api", got "nginx"',
    "",
  ]);
});

const policyOfCluster = `
apiVersion: policies.kubewarden.io/v1
kind: ClusterAdmissionPolicy
metadata: { name: sidecarset-injection }
spec:
  settings:
    excludedNamespaces: [bank]
    sidecarSets:
      - metadata: { name: test-sidecarset }
        spec:
          selector: { matchLabels: { app: nginx } }
          containers: [{ name: sidecar1, image: "new:2" }]
          updateStrategy: { type: NotUpdate, partition: "50%" }
          injectionStrategy: { revision: { revisionName: test-sidecarset-1, policy: Partial } }
        revision: { name: test-sidecarset-1, spec: { containers: [{ name: sidecar1, image: "old:1" }] } }
---
`;

test("why and inject take the settings of a policy of the cluster, revisions and all", () => {
  const { stdout } = sidecarset(["why", "-f", "-"], policyOfCluster + deployment);
  assert.match(
    stdout,
    /^ {2}test-sidecarset {2}injected: containers sidecar1; .*, because prod\/shop-pod drew \d+\.\d\d% and the partition is 50%$/m,
  );
  const { objects } = sidecarset(["inject", "-f", "-"], policyOfCluster + deployment);
  const revision = /revision test-sidecarset-1/.test(stdout) ? "old:1" : "new:2";
  assert.equal(objects[0].spec.containers[0].image, revision);
  const excluded = sidecarset(["why", "-f", "-"], policyOfCluster + deployment.replace("prod", "bank"));
  assert.match(excluded.stdout, /^ {2}not injected: namespace bank is excluded by the settings$/m);
});

test("a SidecarSet of the input stands for the one of the policy, and tells how the edit would come out", () => {
  const { objects } = sidecarset(["inject", "-f", SET, "-"], policyOfCluster + deployment);
  assert.equal(objects[0].spec.containers[0].image, "centos:6.7");
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
