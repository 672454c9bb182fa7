import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { leftAlone } from "../../../controller/core/left-alone.ts";
import { MissingPods, tellMissing } from "../../../controller/core/missing-pods.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { SidecarSetSpec } from "../../../controller/model/sidecarset.ts";
import { makePod } from "../model/make-pod.ts";
import { makeSet } from "./make-rollout.ts";

const created = Date.parse("2026-01-01T00:00:00Z");
const setOf = (name: string, spec: Partial<SidecarSetSpec> = {}) => {
  const { set } = makeSet(spec);
  return { ...set, metadata: { ...set.metadata, name } };
};
const podOf = (name: string, differences: Partial<Pod> = {}) =>
  makePod({
    name,
    uid: `uid-${name}`,
    labels: { app: "web" },
    annotations: {},
    creationTimestamp: created + 1000,
    ...differences,
  });

function missingAmong(pods: Iterable<Pod>, policySpec?: unknown) {
  const namespaceLabels = () => undefined;
  return new MissingPods({
    pods: () => pods,
    namespaceLabels,
    leavesAlone: leftAlone(policySpec, namespaceLabels),
  });
}

const namesOf = (missing: MissingPods, set: string) => [...missing.of(set)].map(({ name }) => name);

test("a Pod is missing that was created after the set, is selected, and has no sidecar", () => {
  const injected = { "kruise.io/sidecarset-injected-list": "other,set" };
  const pods = [
    podOf("bare"),
    podOf("injected", { annotations: injected }),
    podOf("older", { creationTimestamp: created }),
    podOf("unselected", { labels: { app: "db" } }),
    podOf("deleting", { deletionTimestamp: 1 }),
    podOf("finished", { phase: "Succeeded" }),
    podOf("system", { namespace: "kube-system" }),
    podOf("mirror", { owner: { kind: "Node", name: "node", uid: "node" } }),
  ];
  const missing = missingAmong(pods);
  missing.setChanged(setOf("set"));
  assert.deepEqual(namesOf(missing, "set"), ["bare"]);
  missing.setChanged(setOf("set", { injectionStrategy: { paused: true } }));
  assert.deepEqual(namesOf(missing, "set"), [], "nobody expects sidecars of a paused set");
});

test("Pods that the policy leaves alone are not missing", () => {
  const optedOut = { "sidecarset-kubewarden/inject": "false" };
  const pods = [
    podOf("label", { labels: { app: "web", ...optedOut } }),
    podOf("blue", { namespace: "blue" }),
  ];
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [undefined, ["label", "blue"]],
    [{ settings: { podOptOut: true } }, ["blue"]],
    [{ settings: { excludedNamespaces: ["blue"] } }, ["label"]],
    [
      {
        namespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["blue"] }],
        },
      },
      ["label"],
    ],
  ];
  for (const [policySpec, expected] of cases) {
    const missing = missingAmong(pods, policySpec);
    missing.setChanged(setOf("set"));
    assert.deepEqual(namesOf(missing, "set"), expected, JSON.stringify(policySpec));
  }
});

const pod = fc
  .record({
    name: fc.constantFrom("a", "b", "c", "d"),
    app: fc.constantFrom("web", "db"),
    list: fc.constantFrom("", "set", "set,other"),
    deletionTimestamp: fc.constantFrom(0, 1),
  })
  .map(({ name, app, list, deletionTimestamp }) =>
    podOf(name, {
      labels: { app },
      deletionTimestamp,
      annotations: list === "" ? {} : { "kruise.io/sidecarset-injected-list": list },
    }),
  );
const step = fc.oneof(
  pod.map((pod) => ({ kind: "pod" as const, pod })),
  fc.constantFrom("a", "b").map((name) => ({ kind: "gone" as const, name })),
  fc.constantFrom("web", "db").map((app) => ({ kind: "set" as const, app })),
  fc.constant({ kind: "look" as const }),
);

test("after any events the account is what a look at all Pods finds", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const pods = new Map<string, Pod>();
      const missing = missingAmong({ [Symbol.iterator]: () => pods.values() });
      const sets = new Map([
        ["set", setOf("set")],
        ["other", setOf("other", { selector: { matchLabels: { app: "db" } } })],
      ]);
      for (const set of sets.values()) missing.setChanged(set);
      for (const step of steps) {
        if (step.kind === "look") for (const name of sets.keys()) missing.of(name);
        else if (step.kind === "set") {
          const set = setOf("set", { selector: { matchLabels: { app: step.app } } });
          sets.set("set", set);
          missing.setChanged(set);
        } else {
          const name = step.kind === "pod" ? step.pod.name : step.name;
          const before = pods.get(name);
          if (step.kind === "pod") pods.set(name, step.pod);
          else pods.delete(name);
          missing.podChanged(before, pods.get(name));
        }
      }
      const anew = missingAmong([...pods.values()]);
      for (const set of sets.values()) anew.setChanged(set);
      for (const name of sets.keys()) {
        assert.deepEqual(namesOf(missing, name).toSorted(), namesOf(anew, name).toSorted());
      }
    }),
  );
});

test("a change tells from which sets a Pod is missing now, and no longer", () => {
  const pods: Pod[] = [];
  const missing = missingAmong(pods);
  missing.setChanged(setOf("set"));
  missing.of("set");
  const bare = podOf("bare");
  assert.deepEqual(missing.podChanged(undefined, bare), ["set"]);
  assert.deepEqual(missing.podChanged(bare, { ...bare, ready: !bare.ready }), []);
  assert.deepEqual(missing.podChanged(bare, undefined), ["set"]);
});

test("missing Pods are told behind what is said of running ones", () => {
  const missing = missingAmong([podOf("bare")]);
  missing.setChanged(setOf("set"));
  const conditions = [
    { type: "InjectionReady", status: "True", reason: "SettingsLive", message: "New Pods get it" },
    { type: "Ready", status: "True", reason: "RolloutComplete", message: "All 2 Pods updated and ready" },
  ] as const;
  assert.deepEqual(
    tellMissing(conditions, missing.of("set")).map(({ message }) => message),
    [
      "New Pods get it",
      "All 2 Pods updated and ready; 1 Pod runs without the sidecar until it is re-created (default/bare)",
    ],
  );
});
