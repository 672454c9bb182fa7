import assert from "node:assert/strict";
import { test } from "node:test";
import { annotation, pod, podRequest, policy, sidecarSet, validatePod } from "./policy.ts";

const LIST = "kruise.io/sidecarset-injected-list";
const containers = [{ name: "log", image: "log:1" }];
const ofTeam = { containers, namespaceSelector: { matchLabels: { team: "a" } } };
const team = sidecarSet("team", ofTeam);
const other = sidecarSet("other", { containers: [{ name: "other", image: "o:1" }] });

/** Answers every call with a Namespace of these labels and notes the calls. */
function namespaces(labels: object | undefined) {
  const calls: string[] = [];
  const answer = (namespace: string, operation: string, payload: Uint8Array) => {
    calls.push(`${namespace}/${operation} ${new TextDecoder().decode(payload)}`);
    return new TextEncoder().encode(
      JSON.stringify({ kind: "Namespace", metadata: { name: "shop", labels } }),
    );
  };
  return { answer, calls };
}

function failing(): Uint8Array {
  throw new Error("namespaces is forbidden");
}

test("labels of the Namespace are read once, however many sets ask for them", () => {
  const host = namespaces({ team: "a" });
  const again = sidecarSet("again", { ...ofTeam, containers: [{ name: "again", image: "a:1" }] });
  const response = validatePod(pod(), [team, other, again], host.answer);
  assert.equal(annotation(response.mutated_object, LIST), "again,other,team");
  assert.deepEqual(host.calls, [
    'kubernetes/get_resource {"api_version":"v1","kind":"Namespace","name":"shop","disable_cache":false}',
  ]);
});

for (const labels of [{ team: "b" }, {}, undefined]) {
  test(`a Namespace with ${JSON.stringify(labels)} is not selected`, () => {
    const response = validatePod(pod(), [team], namespaces(labels).answer);
    assert.deepEqual(response, { accepted: true });
  });
}

const unasked: Record<string, unknown> = {
  "no set restricts namespaces": other,
  "the set names the Namespace": sidecarSet("s", {
    containers,
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
  }),
  "the set names another Namespace, whatever else it asks": sidecarSet("s", {
    containers,
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "bank", team: "a" } },
  }),
  "the set does not select the Pod": sidecarSet("s", {
    containers,
    selector: { matchLabels: { app: "api" } },
    namespaceSelector: { matchLabels: { team: "a" } },
  }),
  "the set is paused": sidecarSet("s", { ...ofTeam, injectionStrategy: { paused: true } }),
};

for (const [why, set] of Object.entries(unasked)) {
  test(`the host is not asked where ${why}`, () => {
    const host = namespaces({ team: "a" });
    validatePod(pod(), [set], host.answer);
    assert.deepEqual(host.calls, []);
  });
}

test("a read that fails rejects the Pod by default, and says why", () => {
  for (const settings of [{}, { failureMode: "Fail" }]) {
    const response = validatePod(pod(), [team, other], failing, settings);
    assert.equal(response.accepted, false);
    assert.equal(response.code, 500);
    assert.equal(response.message, "namespace shop: its labels cannot be read: namespaces is forbidden");
  }
});

test("a read that fails leaves the set out, with a warning, where the settings say Ignore", () => {
  const response = validatePod(pod(), [team, other], failing, { failureMode: "Ignore" });
  assert.equal(annotation(response.mutated_object, LIST), "other");
  assert.deepEqual(response.warnings, [
    "sidecarset team is skipped: namespace shop: its labels cannot be read: namespaces is forbidden",
  ]);
});

for (const [what, bytes] of [
  ["no JSON", "nope"],
  ["nothing", ""],
  ["no object", "[]"],
] as const) {
  test(`an answer that is ${what} is a failed read`, () => {
    const response = validatePod(pod(), [team], () => new TextEncoder().encode(bytes));
    assert.equal(response.accepted, false);
    assert.match(response.message ?? "", /^namespace shop: its labels cannot be read: /);
  });
}

test("a request that names no Namespace takes the Pod's own", () => {
  const host = namespaces({ team: "a" });
  const request = podRequest(pod({}, { namespace: "shop" }), { namespace: undefined });
  const response = policy.validate(request, { sidecarSets: [team] }, host.answer);
  assert.equal(annotation(response.mutated_object, LIST), "team");
  const nameless = policy.validate(
    podRequest(pod(), { namespace: undefined }),
    { sidecarSets: [team] },
    host.answer,
  );
  assert.match(nameless.message ?? "", /^request\.namespace: expected/);
});

test("a namespaceSelector without terms selects every Namespace", () => {
  const annotations = { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" };
  const spec = { selector: { matchLabels: { app: "web" } }, namespaceSelector: {}, containers };
  const response = validatePod(pod(), [{ metadata: { name: "every", annotations }, spec }], failing);
  assert.equal(annotation(response.mutated_object, LIST), "every");
});
