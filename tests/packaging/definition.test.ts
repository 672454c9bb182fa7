import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import type { Schema } from "../../policy/crd/schema.ts";
import { manifestsIn, theManifest } from "./manifests.ts";
import { structuralProblems } from "./structural-check.ts";

interface Version {
  name: string;
  served: boolean;
  storage: boolean;
  subresources: { status?: object };
  additionalPrinterColumns: { name: string; jsonPath: string; priority?: number }[];
  schema: { openAPIV3Schema: Schema };
}

const crd = theManifest("CustomResourceDefinition", "sidecarsets.apps.kruise.io");
const versions: readonly Version[] = crd.spec.versions;
const schemas = versions.map((version) => version.schema.openAPIV3Schema);
const schema: Schema = schemas[0] ?? {};

test("v1alpha1 and v1beta1 are served with one schema, so that conversion None loses nothing", () => {
  assert.deepEqual(
    versions.map(({ name, served, storage }) => ({ name, served, storage })),
    [
      { name: "v1alpha1", served: true, storage: false },
      { name: "v1beta1", served: true, storage: true },
    ],
  );
  assert.deepEqual(schemas[0], schemas[1]);
  assert.deepEqual(crd.spec.conversion, { strategy: "None" });
  assert.equal(crd.spec.scope, "Cluster");
  for (const version of versions) assert.deepEqual(version.subresources, { status: {} });
});

test("every member that OpenKruise's definition names is known", () => {
  const recorded: { fields: string[] } = JSON.parse(
    readFileSync(new URL("openkruise-fields.json", import.meta.url), "utf8"),
  );
  assert.ok(recorded.fields.length > 70);
  assert.deepEqual(
    recorded.fields.filter((path) => at(path) === undefined),
    [],
  );
});

test("the members of the first release are known", () => {
  assert.equal(at("spec.paused")?.type, "boolean");
  assert.equal(at("spec.strategy.rollingUpdate.maxUnavailable")?.["x-kubernetes-int-or-string"], true);
});

test("defaults are those that OpenKruise's definition has, and no others: any other would change hashes", () => {
  assert.deepEqual([...defaultsIn(schema)].sort(), [
    '.spec.containers[].resourcesPolicy.targetContainersNameRegex=".*"',
    '.spec.imagePullSecrets[].name=""',
    '.spec.initContainers[].resourcesPolicy.targetContainersNameRegex=".*"',
    '.spec.injectionStrategy.revision.policy="Always"',
  ]);
});

test("columns read members of the schema, and begin as OpenKruise's do", () => {
  const [version] = versions;
  const columns = version?.additionalPrinterColumns ?? [];
  assert.deepEqual(
    columns.filter(({ priority }) => priority === undefined).map(({ name }) => name),
    ["MATCHED", "UPDATED", "READY", "AGE", "PROGRESS", "ROLLOUT", "INJECTION"],
  );
  for (const { jsonPath } of columns) {
    const member = jsonPath.slice(1).replace(/\[\?\(@\.type=="[A-Za-z]+"\)\]/, "[]");
    assert.ok(member.startsWith("metadata.") || at(member) !== undefined, jsonPath);
  }
});

test("the definition fits into the annotation that a client-side kubectl apply writes", () => {
  assert.ok(JSON.stringify(crd).length < 256 * 1024 - 4096, `${JSON.stringify(crd).length} bytes`);
});

for (const { file, manifest } of manifestsIn("policy/examples")) {
  if (manifest.kind !== "SidecarSet") continue;
  test(`${file} is stored as it is`, () => {
    assert.deepEqual(structuralProblems(manifest, schema), []);
  });
}

const good = `
apiVersion: apps.kruise.io/v1beta1
kind: SidecarSet
metadata:
  name: good
spec:
  selector:
    matchLabels:
      app: web
  containers:
    - name: agent
      image: agent:1
`;

const accepted = [
  { name: "a cpu given as a plain number", add: "      resources:\n        limits:\n          cpu: 0.5\n" },
  { name: "an empty block, which is null in YAML", add: "      env:\n      resources:\n" },
  {
    name: "the same variable twice",
    add: "      env:\n        - {name: A, value: x}\n        - {name: A, value: y}\n",
  },
  {
    name: "one port under two names",
    add: "      ports:\n        - {name: a, containerPort: 1}\n        - {name: b, containerPort: 1}\n",
  },
  { name: "a port given by name", add: "      readinessProbe:\n        httpGet:\n          port: http\n" },
  { name: "a volume whose source is null", add: "  volumes:\n    - name: tmp\n      emptyDir:\n" },
  {
    name: "a volume claim template with labels",
    add: "  volumes:\n    - name: v\n      ephemeral:\n        volumeClaimTemplate:\n          metadata:\n            labels: {a: b}\n          spec:\n            resources: {requests: {storage: 1Gi}}\n",
  },
  { name: "a percentage", add: "  updateStrategy:\n    maxUnavailable: 30%\n    partition: 5\n" },
];
for (const { name, add } of accepted) {
  test(`accepted: ${name}`, () => assert.deepEqual(structuralProblems(parse(good + add), schema), []));
}

const found = [
  {
    name: "a misspelt member of a container",
    add: "      imagePullpolicy: Always\n",
    want: [".spec.containers[0].imagePullpolicy: unknown"],
  },
  {
    name: "a misspelt member deep in a probe",
    add: "      livenessProbe:\n        httpGet:\n          prot: 80\n          port: 80\n",
    want: [".spec.containers[0].livenessProbe.httpGet.prot: unknown"],
  },
  {
    name: "a misspelt volume source",
    add: "  volumes:\n    - name: v\n      emptydir: {}\n",
    want: [".spec.volumes[0].emptydir: unknown"],
  },
  {
    name: "a number where text belongs",
    add: "      env:\n        - {name: A, value: 1}\n",
    want: [".spec.containers[0].env[0].value: expected string"],
  },
  {
    name: "text where a list belongs",
    add: "      command: sleep 999d\n",
    want: [".spec.containers[0].command: expected array"],
  },
  {
    name: "two sidecars of one name",
    add: "    - name: agent\n      image: agent:2\n",
    want: [".spec.containers[1]: duplicate"],
  },
  {
    name: "a count that is no percentage",
    add: "  updateStrategy:\n    maxUnavailable: two\n",
    want: [".spec.updateStrategy.maxUnavailable: does not match"],
  },
  {
    name: "a negative count",
    add: "  strategy:\n    rollingUpdate:\n      maxUnavailable: -1\n",
    want: [".spec.strategy.rollingUpdate.maxUnavailable: too small"],
  },
  {
    name: "an unknown strategy",
    add: "  updateStrategy:\n    type: Rolling\n",
    want: ['.spec.updateStrategy.type: expected one of RollingUpdate, NotUpdate, got "Rolling"'],
  },
  {
    name: "an unknown operator",
    add: "  namespaceSelector:\n    matchExpressions:\n      - {key: a, operator: Equals}\n",
    want: [
      '.spec.namespaceSelector.matchExpressions[0].operator: expected one of In, NotIn, Exists, DoesNotExist, got "Equals"',
    ],
  },
  {
    name: "a quantity that is none",
    add: "      resources:\n        limits:\n          memory: lots\n",
    want: [".spec.containers[0].resources.limits.memory: does not match"],
  },
];
for (const { name, add, want } of found) {
  test(`found: ${name}`, () => assert.deepEqual(structuralProblems(parse(good + add), schema), want));
}

test("found: a set without a selector", () => {
  const { spec, ...rest } = parse(good);
  assert.deepEqual(structuralProblems({ ...rest, spec: { containers: spec.containers } }, schema), [
    ".spec.selector: missing",
  ]);
});

/** The schema of a member, spelt as in `spec.containers[].image`. */
function at(path: string): Schema | undefined {
  let here: Schema | undefined = schema;
  for (const step of path.split(".")) {
    here = here?.properties?.[step.replaceAll("[]", "")];
    if (step.endsWith("[]")) here = here?.items;
  }
  return here;
}

function* defaultsIn(node: Schema, path = ""): Generator<string> {
  if (node.default !== undefined) yield `${path}=${JSON.stringify(node.default)}`;
  for (const [name, member] of Object.entries(node.properties ?? {}))
    yield* defaultsIn(member, `${path}.${name}`);
  if (node.items !== undefined) yield* defaultsIn(node.items, `${path}[]`);
  if (node.additionalProperties !== undefined) yield* defaultsIn(node.additionalProperties, `${path}{}`);
}
