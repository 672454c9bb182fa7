import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { type ContextAwareResource, parseMetadata } from "../../policy/packaging/metadata.ts";
import { type Manifest, manifestsIn, root, theManifest } from "./manifests.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");
const metadata = parseMetadata(text("policy/metadata.yml"));
const policies = manifestsIn("policy/manifests")
  .map(({ manifest }) => manifest)
  .filter((manifest) => manifest.kind === "ClusterAdmissionPolicy");
const injection = theManifest("ClusterAdmissionPolicy", "sidecarset-injection");
const { version }: { version: string } = JSON.parse(text("package.json"));

test("one policy for Pods and one for SidecarSets", () => {
  assert.deepEqual(policies.map((policy) => policy.metadata.name).sort(), [
    "sidecarset-admission",
    "sidecarset-injection",
  ]);
});

test("the two policies together have the rules of the metadata, no wildcards", () => {
  const inOrder = (rules: readonly unknown[]) => rules.map((rule) => JSON.stringify(rule)).sort();
  assert.deepEqual(inOrder(policies.flatMap((policy) => policy.spec.rules)), inOrder(metadata.rules));
  assert.ok(!JSON.stringify(metadata.rules).includes("*"));
});

for (const policy of policies) {
  const { name } = policy.metadata;

  test(`${name} runs the module of the metadata on the dedicated server`, () => {
    const artifact = metadata.annotations["io.kubewarden.policy.ociUrl"];
    assert.equal(policy.spec.module, `registry://${artifact}:v${version}`);
    assert.equal(policy.spec.policyServer, theManifest("PolicyServer", "sidecarset").metadata.name);
    assert.equal(policy.spec.mutating, metadata.mutating);
    assert.equal(policy.spec.backgroundAudit, metadata.backgroundAudit);
  });

  test(`${name} may read what the metadata says it reads`, () => {
    assert.deepEqual(policy.spec.contextAwareResources, metadata.contextAwareResources);
  });

  test(`${name} leaves the webhook more time than the evaluation, within Kubewarden's bounds`, () => {
    const { timeoutSeconds, timeoutEvalSeconds } = policy.spec;
    assert.ok(timeoutEvalSeconds >= 2 && timeoutEvalSeconds < timeoutSeconds && timeoutSeconds <= 30);
  });

  test(`${name} never selects namespaces by matchLabels, which Kubewarden drops`, () => {
    assert.equal(policy.spec.namespaceSelector?.matchLabels, undefined);
  });
}

test("the manifest does not say what the controller writes", () => {
  assert.equal(injection.spec.settings?.sidecarSets, undefined);
});

test("injection stays out of the namespaces that it runs from and that the cluster runs from", () => {
  const [expression] = injection.spec.namespaceSelector.matchExpressions;
  assert.equal(expression.key, "kubernetes.io/metadata.name");
  assert.equal(expression.operator, "NotIn");
  const ours = manifestsIn("policy/manifests").flatMap(({ manifest }) => manifest.metadata.namespace ?? []);
  for (const namespace of ["kube-system", ...ours])
    assert.ok(expression.values.includes(namespace), namespace);
  const [, inCode = ""] =
    /SYSTEM_NAMESPACES(?:: Ascii)?\s*=\s*"([^"]+)"/.exec(text("assembly/matching/exclusion.ts")) ?? [];
  assert.deepEqual(inCode.split(" "), expression.values);
  const row = /^\| `excludedNamespaces`.*$/m.exec(text("docs/settings.md"))?.[0] ?? "";
  for (const namespace of expression.values) assert.ok(row.includes(`\`${namespace}\``), namespace);
});

test("the policy server survives the loss of one of its Pods", () => {
  const { replicas, minAvailable } = theManifest("PolicyServer", "sidecarset").spec;
  assert.ok(replicas >= 2 && minAvailable >= 1 && minAvailable < replicas);
});

test("the policy server's account may read what the policies read, and nothing else", () => {
  const server = theManifest("PolicyServer", "sidecarset");
  const binding = theManifest("ClusterRoleBinding", "sidecarset-policy-server");
  assert.equal(binding["subjects"][0].name, server.spec.serviceAccountName);
  const role = theManifest("ClusterRole", binding["roleRef"].name);
  const granted = role["rules"].flatMap((rule: Rule) =>
    rule.apiGroups.flatMap((group) =>
      rule.resources.map((resource) => `${group}/${resource}: ${rule.verbs.join()}`),
    ),
  );
  const needed = metadata.contextAwareResources.map((it) => `${groupAndPlural(it)}: get,list,watch`);
  assert.deepEqual(granted.sort(), needed.sort());
});

test("the metadata declares what the policy's code asks the host for", () => {
  const capabilities = new Map([
    ["getResource", "kubernetes/get_resource"],
    ["listAllResources", "kubernetes/list_resources_all"],
    ["listResourcesByNamespace", "kubernetes/list_resources_by_namespace"],
    ["canI", "kubernetes/can_i"],
  ]);
  const declared = new Set(metadata.hostCapabilities);
  const readable = new Set(
    metadata.contextAwareResources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`),
  );
  const calls: string[] = [];
  for (const source of assemblySources()) {
    for (const [, name = ""] of source.matchAll(/\b(\w+)\(/g)) {
      const capability = capabilities.get(name);
      if (capability !== undefined) calls.push(name);
      assert.ok(capability === undefined || declared.has(capability), `${name}: ${capability}`);
    }
    for (const [, apiVersion, kind] of source.matchAll(/new (?:Get|List)Resources?\("([^"]+)", "([^"]+)"/g)) {
      assert.ok(readable.has(`${apiVersion} ${kind}`), `${apiVersion} ${kind}`);
    }
  }
  assert.ok(calls.includes("getResource"), "the scan finds no host call");
});

test("versions agree: package.json, metadata, controller image", () => {
  assert.equal(metadata.annotations["io.kubewarden.policy.version"], version);
  const [container] = theManifest("Deployment", "sidecarset-controller").spec.template.spec.containers;
  assert.equal(container.image, `ghcr.io/sidecarset-kubewarden/controller:v${version}`);
});

test("the form asks for each setting of docs/settings.md, with its default", () => {
  const { questions }: { questions: { variable: string; tooltip: string; default: unknown }[] } = parse(
    text("policy/questions-ui.yml"),
  );
  const settings = [...text("docs/settings.md").matchAll(/^\| `(\w+)`/gm)].map(([, key = ""]) => key);
  assert.deepEqual(new Set(questions.map((question) => question.variable)), new Set(settings));
  const defaults = Object.fromEntries(questions.map((question) => [question.variable, question.default]));
  assert.deepEqual(defaults, {
    excludedNamespaces: injection.spec.namespaceSelector.matchExpressions[0].values,
    explain: false,
    failureMode: "Fail",
    podOptOut: false,
    sortContainersByName: false,
    missingRevision: "Skip",
    patchPodMetadataAllowList: {},
    selectorOverlap: "Exact",
    sidecarSets: [],
  });
});

test("every object says what it belongs to", () => {
  for (const { file, manifest } of manifestsIn("policy/manifests")) {
    assert.equal(label(manifest, "name"), "sidecarset", file);
    assert.equal(label(manifest, "part-of"), "sidecarset-kubewarden", file);
  }
});

test("one object per file, named after kind and name", () => {
  for (const { file, manifest } of manifestsIn("policy/manifests")) {
    if (manifest.kind === "CustomResourceDefinition") continue;
    assert.ok(file.endsWith(`/${manifest.kind.toLowerCase()}.${manifest.metadata.name}.yaml`), file);
  }
});

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

function groupAndPlural({ apiVersion, kind }: ContextAwareResource): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return `${group}/${kind.toLowerCase()}s`;
}

function label(manifest: Manifest, name: string): string | undefined {
  return manifest.metadata.labels?.[`app.kubernetes.io/${name}`];
}

function assemblySources(): string[] {
  const folder = join(root, "assembly");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
}
