import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { type Document, problems, settingsProblem, sidecarSet, stored } from "./sidecarset-policy.ts";

function named(name: string, spec: Document = {}): Document {
  const set = sidecarSet(spec);
  set["metadata"].name = name;
  return stored(set);
}

const IN_APP = { selector: { matchExpressions: [{ key: "app", operator: "In", values: ["db", "web"] }] } };

describe("conflicts between sets", () => {
  it("are containers of one name in Pods that both select, with labels to show for it", () => {
    assert.deepEqual(problems(sidecarSet(IN_APP), { others: [named("mesh")] }), [
      'spec.containers[0].name: expected another name, because SidecarSet "mesh" has "tail" already and both select Pods with app=web, got "tail"',
    ]);
    const initContainers = [{ name: "setup", image: "a:1" }];
    const other = named("mesh", { initContainers, containers: [{ name: "run", image: "a:1" }] });
    assert.deepEqual(problems(sidecarSet({ initContainers }), { others: [other] }), [
      'spec.initContainers[0].name: expected another name, because SidecarSet "mesh" has "setup" already and both select Pods with app=web, got "setup"',
    ]);
  });

  it("are names across init containers and containers, and those that hot upgrades make", () => {
    const init = named("mesh", { initContainers: [{ name: "tail", image: "a:1" }], containers: [] });
    assert.match(
      problems(sidecarSet(), { others: [init] })[0] ?? "",
      /^spec\.containers\[0\]\.name: .*"tail"/,
    );
    const upgradeStrategy = { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "e:1" };
    const hot = sidecarSet({}, { upgradeStrategy });
    const second = named("mesh", { containers: [{ name: "tail-2", image: "a:1" }] });
    assert.match(problems(hot, { others: [second] })[0] ?? "", /SidecarSet "mesh" has "tail-2" already/);
    assert.deepEqual(problems(hot, { others: [named("mesh")] }), []);
  });

  it("do not arise with the set itself, with other Pods, other namespaces or other names", () => {
    const elsewhere = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "b" } } };
    const harmless = [
      named("log"),
      named("a", { selector: { matchLabels: { app: "db" } } }),
      named("b", elsewhere),
      named("c", { containers: [{ name: "other", image: "a:1" }] }),
    ];
    assert.deepEqual(problems(sidecarSet({ namespace: "a" }), { others: harmless }), []);
    const [line] = problems(sidecarSet({ namespace: "b" }), { others: harmless });
    assert.match(line ?? "", /SidecarSet "b" has "tail" already/);
  });

  it("do not arise between a canary and its base, whichever is written", () => {
    const canary = sidecarSet({ updateStrategy: { type: "NotUpdate" } });
    canary["metadata"] = {
      name: "canary",
      annotations: { "apps.kruise.io/sidecarset-canary": "true", "apps.kruise.io/sidecarset-base": "log" },
    };
    const base = named("log");
    assert.deepEqual(problems(canary, { others: [base] }), []);
    const both = [base, stored(canary, { others: [base] })];
    assert.deepEqual(problems(sidecarSet({}, { image: "b:2" }), { old: base, others: both }), []);
  });

  it("are volumes of one name that differ, null and order of members apart", () => {
    const volumes = (source: Document) => ({ volumes: [{ name: "data", ...source }] });
    const own = { containers: [{ name: "own", image: "a:1" }] };
    const other = named("mesh", volumes({ secret: { secretName: "s", optional: null } }));
    const same = { secret: { defaultMode: 420, secretName: "s" } };
    assert.deepEqual(problems(sidecarSet({ ...own, ...volumes(same) }), { others: [other] }), []);
    const [line] = problems(sidecarSet({ ...own, ...volumes({ emptyDir: {} }) }), { others: [other] });
    assert.match(line ?? "", /^spec\.volumes\[0\]: expected the same volume as in SidecarSet "mesh"/);
  });

  it("are annotations that one of the sets overwrites", () => {
    const writes = (patchPolicy: string) => ({
      patchPodMetadata: [{ annotations: { key: "{}" }, patchPolicy }],
    });
    const own = { containers: [{ name: "own", image: "a:1" }] };
    const clash = (mine: string, theirs: string) =>
      problems(sidecarSet({ ...own, ...writes(mine) }), { others: [named("mesh", writes(theirs))] }).length;
    assert.equal(clash("MergePatchJson", "MergePatchJson"), 0);
    assert.equal(clash("Overwrite", "MergePatchJson"), 1);
    assert.equal(clash("MergePatchJson", "Overwrite"), 1);
    assert.equal(clash("Retain", "Overwrite"), 0);
    assert.equal(clash("Overwrite", "Retain"), 0);
  });

  it("can be found by OpenKruise's rule of thumb, which takes Exists for a label that others lack", () => {
    const settings = { selectorOverlap: "OpenKruise" };
    const exists = named("mesh", { selector: { matchExpressions: [{ key: "tier", operator: "Exists" }] } });
    assert.deepEqual(problems(sidecarSet(), { others: [exists], settings }), []);
    assert.match(
      problems(sidecarSet(), { others: [exists] })[0] ?? "",
      /both select Pods with app=web,tier=any/,
    );
    const [line] = problems(sidecarSet({ namespace: "a" }), { others: [named("mesh")], settings });
    assert.match(line ?? "", /and both may select the same Pods/);
    assert.equal(settingsProblem(settings), "");
    assert.match(
      settingsProblem({ selectorOverlap: "Never" }),
      /^selectorOverlap: expected Exact or OpenKruise/,
    );
  });

  it("are not looked for when the spec stays as it is", () => {
    const set = named("log");
    const labelled = structuredClone(set);
    labelled["metadata"].labels = { a: "b" };
    assert.deepEqual(problems(labelled, { old: set, others: [set, named("mesh")] }), []);
  });

  it("that cannot be looked for are told as a warning", async () => {
    const policy = await PolicyModule.load(new URL("../../build/policy.wasm", import.meta.url));
    const kind = { group: "apps.kruise.io", version: "v1alpha1", kind: "SidecarSet" };
    const request = { uid: "1", kind, operation: "CREATE", object: sidecarSet() };
    const denied = policy.validate(request, {});
    assert.equal(denied.accepted, true);
    assert.match(denied.warnings?.[0] ?? "", /^conflicts with other SidecarSets were not looked for: /);

    const fromSettings = policy.validate(request, { sidecarSets: [named("mesh")] });
    assert.equal(fromSettings.accepted, false);
    assert.match(fromSettings.message ?? "", /SidecarSet "mesh"/);
  });
});
