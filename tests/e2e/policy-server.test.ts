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
import { cluster, faultySettings, reviews, webPod } from "./kwctl/reviews.ts";
import { PolicyServer } from "./policy-server/policy-server.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const executable = findProgram("policy-server") ?? "";
const skip =
  executable === "" && "skipped, because policy-server is neither in PATH nor named by POLICY_SERVER";
const folder = mkdtempSync(join(tmpdir(), "policy-server-test-"));
const text = (path: string) => readFileSync(join(root, path), "utf8");
const { contextAwareResources } = parseMetadata(text("policy/metadata.yml"));

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
    for (const [name, labels] of Object.entries(cluster.namespaces)) {
      if (name === "default") continue;
      sandbox.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    }
    sandbox.client.create(parse(text("policy/manifests/crd/sidecarsets.yaml")));
    for (const set of cluster.sidecarSets) sandbox.client.create(JSON.parse(JSON.stringify(set)));
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(kubeconfig, sandbox.kubeconfig());
    // The settings belong to the policies of a server, hence one for each review.
    const policies = Object.fromEntries(
      reviews.map(({ settings }, index) => [idOf(index), { module, settings, contextAwareResources }]),
    );
    const started = await PolicyServer.start(executable, policies, { kubeconfig });
    assert.equal(started.kind, "running", started.kind === "failed" ? started.log : "");
    if (started.kind === "running") server = started;
  });

  after(async () => {
    await server?.stop();
    await sandbox?.close();
  });

  for (const [index, { name, request, settings }] of reviews.entries()) {
    test(`policy-server and our host answer alike: ${name}`, async () => {
      const theirs = await server.review(idOf(index), request);
      const { capabilities } = new HostSession(cluster);
      const ours = admit(
        policy,
        request,
        settings ?? {},
        { policy: idOf(index), mutating: true },
        capabilities,
      );
      assert.deepEqual({ ...theirs, patch: patchOf(theirs) }, { ...ours, patch: patchOf(ours) });
    });
  }

  test("a Namespace that does not exist keeps a Pod from being created", async () => {
    const selected = reviews.findIndex(({ request }) => request.namespace === "shipped");
    const { allowed, status } = await server.review(idOf(selected), webPod("nowhere"));
    assert.equal(allowed, false);
    assert.match(status?.message ?? "", /namespace nowhere: its labels cannot be read/);
  });

  test("many reviews at once are all answered", async () => {
    const [first] = reviews;
    assert.ok(first);
    const started = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => server.review(idOf(0), first.request)),
    );
    const spent = performance.now() - started;
    assert.ok(answers.every(({ allowed, patch }) => allowed && patch !== undefined));
    console.log(`200 reviews in ${spent.toFixed(0)} ms`);
  });

  for (const settings of faultySettings) {
    test(`settings keep the server from starting, with all of their faults: ${JSON.stringify(settings)}`, async () => {
      const started = await PolicyServer.start(executable, { broken: { module, settings } });
      assert.equal(started.kind, "failed");
      if (started.kind !== "failed") return;
      assert.notEqual(started.code, 0);
      const { valid, message = "" } = policy.validateSettings(settings);
      assert.equal(valid, false);
      for (const line of message.split("\n")) assert.ok(started.log.includes(line), started.log);
    });
  }
});

function idOf(review: number): string {
  return `review-${review}`;
}
