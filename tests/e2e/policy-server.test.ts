import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { admit, PolicyModule } from "@kubewarden/as-sdk/host";
import { type Sandbox, startSandbox } from "@sidecarset/sandbox/sandbox.ts";
import { parse } from "yaml";
import { findProgram } from "../../policy/packaging/find-program.ts";
import { parseMetadata } from "../../policy/packaging/metadata.ts";
import { HostSession } from "./kwctl/host-session.ts";
import { patchOf } from "./kwctl/run-kwctl.ts";
import { type Admitted, creation } from "./kwctl/requests.ts";
import { PolicyServer } from "./policy-server/policy-server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const executable = findProgram("policy-server") ?? "";
const skip =
  executable === "" && "skipped, because policy-server is neither in PATH nor named by POLICY_SERVER";
const folder = mkdtempSync(join(tmpdir(), "policy-server-test-"));
const text = (path: string) => readFileSync(join(root, path), "utf8");
const example = (name: string): Admitted => parse(text(`policy/examples/${name}.yaml`));
const { contextAwareResources } = parseMetadata(text("policy/metadata.yml"));
const pod = example("pod");
const settings = { sidecarSets: ["sidecarset", "hot-upgrade", "native-sidecar", "volumes"].map(example) };

describe("in a real policy-server", { skip, timeout: 300_000 }, () => {
  const module = join(folder, "annotated.wasm");
  let policy: PolicyModule;
  let sandbox: Sandbox;
  let server: PolicyServer;

  before(async () => {
    const script = join(root, "scripts/annotate.ts");
    const built = join(root, "build/policy.wasm");
    // Our own annotation on purpose: kwctl's is tried elsewhere.
    execFileSync(process.execPath, [script, "--in", built, "--out", module], {
      env: { ...process.env, KWCTL: "", PATH: "" },
      stdio: "pipe",
    });
    policy = await PolicyModule.load(built);
    sandbox = await startSandbox({ kubelet: false });
    const metadata = { name: "shipped", labels: { logs: "shipped" } };
    sandbox.client.create({ apiVersion: "v1", kind: "Namespace", metadata });
    sandbox.client.create(parse(text("policy/manifests/crd/sidecarsets.yaml")));
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(kubeconfig, sandbox.kubeconfig());
    const policies = {
      "sidecarset-injection": { module, settings, contextAwareResources },
      "sidecarset-admission": { module, settings: {}, contextAwareResources },
      // Kubewarden writes null for a policy that has no settings yet.
      "without-settings": { module, settings: null, contextAwareResources },
    };
    const started = await PolicyServer.start(executable, policies, { kubeconfig });
    assert.equal(started.kind, "running", started.kind === "failed" ? started.log : "");
    if (started.kind === "running") server = started;
  });

  after(async () => {
    await server?.stop();
    await sandbox?.close();
  });

  /** What the sandbox holds. */
  const cluster = { namespaces: { default: {}, shipped: { logs: "shipped" } } };

  const inNamespace = (namespace: string, labels: Record<string, string>) => ({
    ...creation({ ...pod, metadata: { name: "p", labels } }),
    namespace,
  });
  const reviews = [
    { name: "the Pod of the walkthrough", id: "sidecarset-injection", request: creation(pod) },
    {
      name: "a Pod in a Namespace that is selected",
      id: "sidecarset-injection",
      request: inNamespace("shipped", {
        "app.kubernetes.io/name": "web",
        app: "nginx",
        mesh: "enabled",
        agent: "hot",
      }),
    },
    {
      name: "a Pod in a Namespace that is not",
      id: "sidecarset-injection",
      request: inNamespace("default", { "app.kubernetes.io/name": "web" }),
    },
    { name: "a Pod, before the first settings", id: "without-settings", request: creation(pod) },
    { name: "a SidecarSet", id: "sidecarset-admission", request: creation(example("sidecarset")) },
    {
      name: "a SidecarSet with faults",
      id: "sidecarset-admission",
      request: creation({ ...example("sidecarset"), spec: { containers: [{ name: "NO", image: "" }] } }),
    },
  ];
  for (const { name, id, request } of reviews) {
    test(`policy-server and our host answer alike: ${name}`, async () => {
      const theirs = await server.review(id, request);
      const given = id === "sidecarset-injection" ? settings : {};
      const ours = admit(
        policy,
        request,
        given,
        { policy: id, mutating: true },
        new HostSession(cluster).capabilities,
      );
      assert.deepEqual({ ...theirs, patch: patchOf(theirs) }, { ...ours, patch: patchOf(ours) });
    });
  }

  test("the Namespace's labels were read from the API server", async () => {
    const request = inNamespace("shipped", { "app.kubernetes.io/name": "web" });
    const answer = await server.review("sidecarset-injection", request);
    assert.match(JSON.stringify(patchOf(answer)), /"shipper"/);
  });

  test("many reviews at once are all answered", async () => {
    const started = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => server.review("sidecarset-injection", creation(pod))),
    );
    const spent = performance.now() - started;
    assert.ok(answers.every(({ allowed, patch }) => allowed && patch !== undefined));
    console.log(`200 reviews in ${spent.toFixed(0)} ms`);
  });

  test("settings with faults keep the server from starting, which is why the controller asks first", async () => {
    const broken = { sidecarSets: [{ metadata: {} }], failureMod: "Ignore" };
    const started = await PolicyServer.start(executable, { broken: { module, settings: broken } });
    assert.equal(started.kind, "failed");
    if (started.kind !== "failed") return;
    assert.notEqual(started.code, 0);
    assert.match(started.log, /sidecarSets\[0\]\.metadata\.name/);
    assert.match(started.log, /failureMod/);
    assert.equal(policy.validateSettings(broken).valid, false);
  });
});
