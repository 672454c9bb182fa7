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
import { type Admitted, creation } from "./kwctl/requests.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const executable = findProgram("kwctl");
/** Annotated by kwctl; with POLICY set, whatever that names. */
let annotatedPath = "";
/** Annotated by ourselves. */
let ownPath = "";
let kwctl: Kwctl;
let module: PolicyModule;

const text = (path: string) => readFileSync(join(root, path), "utf8");
const example = (name: string): Admitted => parse(text(`policy/examples/${name}.yaml`));
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

const settings = { sidecarSets: [example("sidecarset"), example("hot-upgrade"), example("native-sidecar")] };
const pod = example("pod");
const unusual = {
  ...pod,
  metadata: { name: "test-pod", labels: { app: "nginx", mesh: "enabled", agent: "hot" }, unknown: null },
  spec: {
    containers: [{ name: "app", image: "nginx" }],
    big: 9007199254740993n.toString(),
    nothing: null,
    text: '\u{1f600}\u0000"',
  },
};

interface Admission {
  name: string;
  request: AdmissionRequest;
  settings: unknown;
  cluster?: Visible;
}

const admissions: readonly Admission[] = [
  { name: "the Pod of the walkthrough", request: creation(pod), settings },
  { name: "a Pod that three SidecarSets match", request: creation(unusual), settings },
  { name: "a Pod that none matches", request: creation({ ...pod, metadata: { name: "other" } }), settings },
  { name: "a Pod, without settings", request: creation(pod), settings: {} },
  ...["sidecarset", "hot-upgrade", "native-sidecar", "partition", "volumes"].map((name) => ({
    name: `the example ${name}`,
    request: creation(example(name)),
    settings: {},
  })),
  {
    name: "a SidecarSet without a selector",
    request: creation({ ...example("sidecarset"), spec: { containers: [{ name: "NO", image: "" }] } }),
    settings: {},
  },
  {
    name: "a SidecarSet beside another one",
    request: creation({ ...example("sidecarset"), metadata: { name: "another" } }),
    settings: {},
    cluster: { sidecarSets: [example("sidecarset"), example("volumes")] },
  },
  { name: "an object of another kind", request: creation({ ...pod, kind: "Secret" }), settings },
];
for (const { name, request, settings, cluster } of admissions) {
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

const inNamespace = creation({
  ...pod,
  metadata: { name: "p", labels: { "app.kubernetes.io/name": "web" } },
});
const namespaces = [
  { name: "a Namespace that is selected", labels: { logs: "shipped" }, injected: true },
  { name: "a Namespace that is not", labels: { logs: "kept" }, injected: false },
];
for (const { name, labels, injected } of namespaces) {
  kwctlTest(`the policy asks the host for labels: ${name}`, () => {
    const cluster = { namespaces: { default: labels } };
    const { theirs, ours } = bothAnswer(inNamespace, { sidecarSets: [example("volumes")] }, cluster);
    assert.deepEqual({ ...theirs, patch: patchOf(theirs) }, { ...ours, patch: patchOf(ours) });
    assert.equal(JSON.stringify(patchOf(theirs)).includes("shipper"), injected);
  });
}

for (const failureMode of ["Fail", "Ignore"]) {
  kwctlTest(`a Namespace that cannot be read, failureMode ${failureMode}`, () => {
    const wanted = { failureMode, sidecarSets: [example("volumes")] };
    const { theirs } = bothAnswer(inNamespace, wanted, { outage: "connection refused" });
    assert.equal(theirs.allowed, failureMode === "Ignore");
    const said = failureMode === "Ignore" ? theirs.warnings?.join() : theirs.status?.message;
    assert.match(said ?? "", /connection refused/);
  });
}

kwctlTest("the walkthrough's Pod gets its sidecar and its volume", () => {
  const answer = kwctl.evaluate(ownPath, { request: creation(pod), settings });
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

kwctlTest("settings with faults stop kwctl with all of them", () => {
  const { status, stderr } = kwctl.run(annotatedPath, {
    request: creation(pod),
    settings: { sidecarSets: [{ metadata: {} }], failureMod: "Ignore" },
  });
  assert.notEqual(status, 0);
  assert.match(stderr, /sidecarSets\[0\]/);
  assert.match(stderr, /failureMod/);
});
