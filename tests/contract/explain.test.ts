import assert from "node:assert/strict";
import { test } from "node:test";
import { pod, podRequest, policy, sidecarSet } from "./policy.ts";

const containers = [{ name: "log", image: "log:1" }];
const asking = pod({}, { annotations: { "sidecarset-kubewarden/explain": "true" } });
const labelled = (labels: object) => () => new TextEncoder().encode(JSON.stringify({ metadata: { labels } }));

/** What a dry run is told about one SidecarSet. */
function told(spec: object): string | undefined {
  const settings = { sidecarSets: [sidecarSet("a", { containers, ...spec })] };
  const response = policy.validate(podRequest(asking, { dryRun: true }), settings, labelled({ team: "b" }));
  const { a } = response.audit_annotations ?? {};
  assert.deepEqual(response.warnings, [`sidecarset a: ${a}`]);
  return a;
}

const cases: Record<string, [spec: object, reason: string]> = {
  "what it brings": [
    { initContainers: [{ name: "mesh", image: "m:1", restartPolicy: "Always" }] },
    "injected: containers log, init containers mesh",
  ],
  "that it is paused": [
    { injectionStrategy: { paused: true } },
    "not injected: spec.injectionStrategy.paused is true",
  ],
  "which label differs": [
    { selector: { matchLabels: { app: "api" } } },
    'not injected: spec.selector.matchLabels[app]: expected "api", got "web"',
  ],
  "which label is missing": [
    { selector: { matchLabels: { app: "web", tier: "front" } } },
    'not injected: spec.selector.matchLabels[tier]: expected "front", got nothing',
  ],
  "which expression fails": [
    { selector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web", "api"] }] } },
    'not injected: spec.selector.matchExpressions[0]: expected app NotIn ["web","api"], got "web"',
  ],
  "that it is for another Namespace": [
    { namespace: "bank" },
    "not injected: spec.namespace: expected bank, got shop",
  ],
  "which label of the Namespace differs": [
    { namespaceSelector: { matchLabels: { team: "a" } } },
    'not injected: spec.namespaceSelector.matchLabels[team]: expected "a", got "b"',
  ],
};

for (const [what, [spec, reason]] of Object.entries(cases)) {
  test(`a dry run is told ${what}`, () => assert.equal(told(spec), reason));
}

const revised = {
  name: "a-5f",
  annotations: { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" },
  spec: {
    containers: [{ name: "log", image: "log:0", volumeMounts: [{ name: "v", mountPath: "/v" }] }],
    volumes: [{ name: "v", emptyDir: {} }],
    imagePullSecrets: [{ name: "s" }],
  },
};
const revisions: [spec: object, reason: string, beside?: object][] = [
  [
    { injectionStrategy: { revision: { revisionName: "a-5f" } } },
    "injected: containers log, volumes v, pull secrets s; revision a-5f, because the policy is Always",
  ],
  [
    { updateStrategy: { type: "NotUpdate", paused: true } },
    "injected: containers log, volumes v, pull secrets s; revision a-5f, because the update is paused",
  ],
  [
    { updateStrategy: { type: "NotUpdate", selector: { matchLabels: { version: "canary" } } } },
    "injected: containers log, volumes v, pull secrets s; revision a-5f, because " +
      'spec.updateStrategy.selector.matchLabels[version]: expected "canary", got nothing',
  ],
  [
    { updateStrategy: { type: "NotUpdate" } },
    "injected: containers log; the current revision, because spec.updateStrategy.partition is no percentage",
  ],
  [
    { updateStrategy: { type: "NotUpdate", partition: "20%" } },
    "injected: containers log; the current revision, because shop/p drew 94.59% and the partition is 20%",
  ],
  [
    { updateStrategy: { type: "NotUpdate", partition: "95%" } },
    "injected: containers log, volumes v, pull secrets s; revision a-5f, because shop/p drew 94.59% and the partition is 95%",
  ],
  [{}, "selected, but not injected: see the other warnings", { revision: undefined }],
];

for (const [spec, reason, beside] of revisions) {
  test(`a dry run is told which revision: ${reason}`, () => {
    const partial = { revision: { revisionName: "a-5f", policy: "Partial" } };
    const set = sidecarSet("a", { containers, injectionStrategy: partial, ...spec });
    const settings = { sidecarSets: [{ ...set, revision: revised, ...beside }] };
    const response = policy.validate(podRequest(asking, { dryRun: true }), settings);
    assert.equal(response.audit_annotations?.["a"], reason);
  });
}

test("what an explanation has no room for is counted, and those that select the Pod come first", () => {
  const others = Array.from({ length: 1000 }, (_, index) =>
    sidecarSet(`other-${index}`, { selector: { matchLabels: { app: `api-${index}` } } }),
  );
  const settings = { sidecarSets: [...others, sidecarSet("web", { containers })] };
  const response = policy.validate(podRequest(asking, { dryRun: true }), settings);
  const { warnings = [], audit_annotations: told = {} } = response;
  assert.equal(warnings[0], "sidecarset web: injected: containers log");
  assert.equal(warnings.at(-1), `and ${1002 - warnings.length} more: see the audit annotations`);
  assert.ok(warnings.join("").length < 4096);
  assert.equal(told["web"], "injected: containers log");
  assert.ok(JSON.stringify(told).length < 64 * 1024 && Object.keys(told).length > 300);
});

test("a set that gave way to a canary is told apart from one that was injected", () => {
  const annotations = {
    "apps.kruise.io/sidecarset-canary": "true",
    "apps.kruise.io/sidecarset-base": "base",
  };
  const canary = { ...sidecarSet("canary", { containers }), metadata: { name: "canary", annotations } };
  const settings = { sidecarSets: [sidecarSet("base", { containers }), canary] };
  const response = policy.validate(podRequest(asking, { dryRun: true }), settings);
  assert.match(
    response.audit_annotations?.base ?? "",
    /^selected, but brings no container: replaced by a canary/,
  );
  assert.equal(response.audit_annotations?.canary, "injected: containers log");
});

test("nothing is explained unless a dry run asks for it", () => {
  const settings = { sidecarSets: [sidecarSet("a", { selector: { matchLabels: { app: "api" } } })] };
  for (const request of [podRequest(asking), podRequest(pod(), { dryRun: true })]) {
    assert.deepEqual(policy.validate(request, settings), { accepted: true });
  }
});

test("the explanation is the only difference between a dry run and a run", () => {
  const settings = { sidecarSets: [sidecarSet("a", { containers })] };
  const { warnings, audit_annotations, ...explained } = policy.validate(
    podRequest(asking, { dryRun: true }),
    settings,
  );
  assert.deepEqual(explained, policy.validate(podRequest(asking), settings));
  assert.equal(warnings?.length, Object.keys(audit_annotations ?? {}).length);
});
