import assert from "node:assert/strict";
import { test } from "node:test";
import { annotation, at, names, pod, podRequest, policy, sidecarSet, validatePod } from "./policy.ts";

const LIST = "kruise.io/sidecarset-injected-list";
const INJECT = "sidecarset-kubewarden/inject";
const sidecarSets = [sidecarSet("a", { containers: [{ name: "log", image: "log:1" }] })];
const explained = { annotations: { "sidecarset-kubewarden/explain": "true" } };

/** The sets that a Pod in a Namespace is injected from. */
function injectedIn(namespace: string, settings: object = {}): string {
  const response = policy.validate(podRequest(pod(), { namespace }), { sidecarSets, ...settings });
  assert.equal(response.accepted, true);
  return annotation(response.mutated_object, LIST);
}

for (const namespace of [
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "kubewarden",
  "sidecarset-system",
]) {
  test(`Pods in ${namespace} are left alone unless the settings say otherwise`, () => {
    assert.equal(injectedIn(namespace), "");
    assert.equal(injectedIn(namespace, { excludedNamespaces: null }), "");
    assert.equal(injectedIn(namespace, { excludedNamespaces: [] }), "a");
    assert.equal(injectedIn(namespace, { excludedNamespaces: ["shop"] }), "a");
  });
}

test("the settings name other Namespaces to leave alone", () => {
  assert.equal(injectedIn("shop"), "a");
  assert.equal(injectedIn("shop", { excludedNamespaces: ["bank", "shop"] }), "");
  assert.equal(injectedIn("shop-2", { excludedNamespaces: ["shop"] }), "a");
});

test("the Pod's own Namespace counts where the request names none", () => {
  const request = podRequest(pod({}, { namespace: "kube-system" }), { namespace: undefined });
  assert.deepEqual(policy.validate(request, { sidecarSets }), { accepted: true });
});

test("a Pod can ask for no sidecars where the settings allow it, by a label or an annotation", () => {
  for (const metadata of [
    { labels: { app: "web", [INJECT]: "false" } },
    { annotations: { [INJECT]: "false" } },
  ]) {
    const asked = pod({}, metadata);
    assert.deepEqual(validatePod(asked, sidecarSets, undefined, { podOptOut: true }), { accepted: true });
    for (const settings of [{}, { podOptOut: false }, { podOptOut: null }]) {
      const { mutated_object: injected } = validatePod(asked, sidecarSets, undefined, settings);
      assert.equal(annotation(injected, LIST), "a");
    }
  }
});

test("any other value is no opt-out", () => {
  for (const value of ["true", "False", ""]) {
    const asked = pod({}, { annotations: { [INJECT]: value } });
    const { mutated_object: injected } = validatePod(asked, sidecarSets, undefined, { podOptOut: true });
    assert.equal(annotation(injected, LIST), "a", value);
  }
});

test("a dry run is told that the Namespace is excluded or that the Pod opted out", () => {
  const excluded = podRequest(pod({}, explained), { namespace: "kube-system", dryRun: true });
  assert.deepEqual(policy.validate(excluded, { sidecarSets }).warnings, [
    "not injected: namespace kube-system is excluded by the settings",
  ]);
  const optedOut = pod({}, { labels: { app: "web", [INJECT]: "false" }, ...explained });
  assert.deepEqual(
    policy.validate(podRequest(optedOut, { dryRun: true }), { sidecarSets, podOptOut: true }).warnings,
    ["not injected: the Pod opts out by sidecarset-kubewarden/inject"],
  );
});

test("with the setting explain every Pod is told why", () => {
  const { warnings } = validatePod(pod(), sidecarSets, undefined, { explain: true });
  assert.deepEqual(warnings, ["sidecarset a: injected: containers log"]);
});

const container = (name: string, fields: object = {}) => ({ name, image: "i:1", ...fields });
const unsorted = [
  sidecarSet("a", { containers: [container("z"), container("m", { podInjectPolicy: "AfterAppContainer" })] }),
  sidecarSet("b", { containers: [container("c"), container("k", { podInjectPolicy: "AfterAppContainer" })] }),
];

test("containers keep the order of the sets, or go by name across sets where the settings say so", () => {
  const order = (settings: object) =>
    names(at(validatePod(pod(), unsorted, undefined, settings).mutated_object, "spec", "containers"));
  assert.deepEqual(order({}), ["z", "c", "main", "m", "k"]);
  assert.deepEqual(order({ sortContainersByName: true }), ["c", "z", "main", "k", "m"]);
});

test("sorted, a container that the Pod has already is still replaced in its place", () => {
  const sets = [
    sidecarSet("a", {
      containers: ["sidecar-2", "new-sidecar-1", "sidecar-1"].map((name) =>
        container(name, name.startsWith("new") ? {} : { podInjectPolicy: "AfterAppContainer" }),
      ),
    }),
  ];
  const order = (spec: object) =>
    names(
      at(
        validatePod(pod(spec), sets, undefined, { sortContainersByName: true }).mutated_object,
        "spec",
        "containers",
      ),
    );
  const app = { name: "app", image: "app:1" };
  assert.deepEqual(order({ containers: [{ name: "sidecar-1" }, app, { name: "sidecar-2" }] }), [
    "new-sidecar-1",
    "sidecar-1",
    "app",
    "sidecar-2",
  ]);
  assert.deepEqual(order({ containers: [app] }), ["new-sidecar-1", "app", "sidecar-1", "sidecar-2"]);
});

test("these settings are checked", () => {
  const valid = { excludedNamespaces: ["a"], podOptOut: true, sortContainersByName: false, explain: null };
  assert.deepEqual(policy.validateSettings(valid), { valid: true });
  const invalid = { excludedNamespaces: ["a", ""], podOptOut: "yes", sortContainersByName: 1, explain: {} };
  assert.deepEqual(policy.validateSettings(invalid), {
    valid: false,
    message: [
      'excludedNamespaces[1]: expected a name, got ""',
      'podOptOut: expected true or false, got "yes"',
      "sortContainersByName: expected true or false, got 1",
      "explain: expected true or false, got {}",
    ].join("\n"),
  });
  assert.match(
    policy.validateSettings({ excludedNamespaces: "a" }).message ?? "",
    /^excludedNamespaces: expected an array of names/,
  );
});
