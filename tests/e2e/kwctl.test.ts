import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TestContext, before, test } from "node:test";
import { type AdmissionRequest, type AdmissionResponse, admit, PolicyModule } from "@kubewarden/as-sdk/host";
import { parse, parseAllDocuments } from "yaml";
import { artifactHubPackage } from "../../policy/packaging/artifacthub.ts";
import { findProgram } from "../../policy/packaging/find-program.ts";
import { parseMetadata } from "../../policy/packaging/metadata.ts";
import { HostSession, type Visible } from "./kwctl/host-session.ts";
import { Kwctl, patchOf } from "./kwctl/run-kwctl.ts";
import { creation } from "./kwctl/requests.ts";
import { cluster, example, faultySettings, reviews, webPod } from "./kwctl/reviews.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const executable = findProgram("kwctl");
/** Annotated by kwctl; with POLICY set, whatever that names. */
let annotatedPath = "";
/** Annotated by ourselves. */
let ownPath = "";
let kwctl: Kwctl;
let module: PolicyModule;

const text = (path: string) => readFileSync(join(root, path), "utf8");
const enforcement = { policy: "clusterwide-sidecarset", mutating: true } as const;

before(async () => {
  if (executable === undefined) return;
  kwctl = new Kwctl(executable);
  annotatedPath = process.env["POLICY"] ?? join(kwctl.folder, "annotated.wasm");
  ownPath = join(kwctl.folder, "own.wasm");
  const built = join(root, "build/policy.wasm");
  if (process.env["POLICY"] === undefined) annotate(annotatedPath, { KWCTL: executable });
  annotate(ownPath, { KWCTL: "", PATH: "" });
  module = await PolicyModule.load(built);
});

function annotate(out: string, environment: NodeJS.ProcessEnv): void {
  const script = join(root, "scripts/annotate.ts");
  const args = [script, "--in", join(root, "build/policy.wasm"), "--out", out];
  execFileSync(process.execPath, args, { env: { ...process.env, ...environment }, stdio: "pipe" });
}

function kwctlTest(name: string, body: (t: TestContext) => void | Promise<void>): void {
  test(name, (t) => {
    if (executable !== undefined) return body(t);
    t.skip("skipped, because kwctl is neither in PATH nor named by KWCTL");
    return undefined;
  });
}

kwctlTest("kwctl finds the same metadata in its own annotated module and in ours", () => {
  const [theirs, ours] = [annotatedPath, ownPath].map((path) => {
    const { status, stdout, stderr } = kwctl.call("inspect", "-o", "yaml", path);
    assert.equal(status, 0, stderr);
    return parse(stdout);
  });
  delete theirs.annotations["io.kubewarden.kwctl"];
  assert.deepEqual(ours, theirs);
});

kwctlTest("kwctl scaffolds the package that we generate, but for date and install text", () => {
  const paths = ["-m", join(root, "policy/metadata.yml"), "-q", join(root, "policy/questions-ui.yml")];
  const { status, stdout, stderr } = kwctl.call("scaffold", "artifacthub", ...paths);
  assert.equal(status, 0, stderr);
  const theirs = parse(stdout);
  const ours = artifactHubPackage(
    parseMetadata(text("policy/metadata.yml")),
    text("policy/questions-ui.yml"),
  );
  const { createdAt: ourDate, install: ourText, ...ourRest }: Record<string, unknown> = { ...ours };
  const { createdAt: theirDate, install: theirText, ...theirRest } = theirs;
  assert.deepEqual(ourRest, theirRest);
  for (const [member, value] of Object.entries({ ourDate, theirDate, ourText, theirText })) {
    assert.equal(typeof value, "string", member);
  }
});

kwctlTest("kwctl scaffolds a policy with our rules and grants", () => {
  const settingsText = JSON.stringify({ sidecarSets: [example("sidecarset")] });
  const options = ["-t", "ClusterAdmissionPolicy", "--allow-context-aware", "--settings-json", settingsText];
  const { status, stdout, stderr } = kwctl.call("scaffold", "manifest", ...options, annotatedPath);
  assert.equal(status, 0, stderr);
  const { spec } = parseAllDocuments(stdout)[0]?.toJS() ?? {};
  const { rules, contextAwareResources } = parseMetadata(text("policy/metadata.yml"));
  assert.deepEqual(spec.rules, rules);
  assert.equal(spec.mutating, true);
  assert.equal(spec.backgroundAudit, false);
  assert.deepEqual(new Set(spec.contextAwareResources), new Set(contextAwareResources));
});

for (const { name, request, settings } of reviews) {
  kwctlTest(`kwctl and our host answer alike: ${name}`, () => {
    const { theirs, ours } = bothAnswer(request, settings, cluster);
    assert.deepEqual({ ...theirs, patch: patchOf(theirs) }, { ...ours, patch: patchOf(ours) });
  });
}

/** Asks our host first, and lets kwctl replay what the policy asked it. */
function bothAnswer(
  request: AdmissionRequest,
  settings: unknown,
  cluster: Visible = {},
): { theirs: AdmissionResponse; ours: AdmissionResponse } {
  const session = new HostSession(cluster);
  const ours = admit(module, request, settings, enforcement, session.capabilities);
  const theirs = kwctl.evaluate(annotatedPath, { request, settings, replay: session.replay() });
  return { theirs, ours };
}

for (const failureMode of ["Fail", "Ignore"]) {
  kwctlTest(`a Namespace that cannot be read, failureMode ${failureMode}`, () => {
    const wanted = { failureMode, sidecarSets: [example("volumes")] };
    const { theirs } = bothAnswer(webPod("default"), wanted, { outage: "connection refused" });
    assert.equal(theirs.allowed, failureMode === "Ignore");
    const said = failureMode === "Ignore" ? theirs.warnings?.join() : theirs.status?.message;
    assert.match(said ?? "", /connection refused/);
  });
}

kwctlTest("the walkthrough's Pod gets its sidecar and its volume", () => {
  const settings = { sidecarSets: [example("sidecarset")] };
  const answer = kwctl.evaluate(ownPath, { request: creation(example("pod")), settings });
  assert.equal(answer.allowed, true);
  const added = JSON.stringify(patchOf(answer));
  for (const word of ["sidecar1", "centos:6.7", "log-volume", "IS_INJECTED", "kruise.io/sidecarset-hash"]) {
    assert.ok(added.includes(word), word);
  }
});

kwctlTest("a SidecarSet with faults is rejected with all of them", () => {
  const faulty = { ...example("sidecarset"), spec: { containers: [{ name: "NO", image: "" }] } };
  const answer = kwctl.evaluate(annotatedPath, { request: creation(faulty), settings: {} });
  assert.equal(answer.allowed, false);
  assert.equal(answer.status?.code, 422);
  assert.match(answer.status?.message ?? "", /spec\.selector/);
  assert.match(answer.status?.message ?? "", /spec\.containers/);
});

for (const settings of faultySettings) {
  kwctlTest(`settings stop kwctl with all of their faults: ${JSON.stringify(settings)}`, () => {
    const { status, stderr } = kwctl.run(annotatedPath, { request: creation(example("pod")), settings });
    assert.notEqual(status, 0);
    const { valid, message = "" } = module.validateSettings(settings);
    assert.equal(valid, false);
    for (const line of message.split("\n")) assert.ok(stderr.includes(line), `${line} is not in ${stderr}`);
  });
}
