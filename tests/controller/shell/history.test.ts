import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIn, until, World } from "./world.ts";

const hashAnnotation = "kruise.io/sidecarset-hash";
const versionLabel = "apps.kruise.io/sidecarset-custom-version";

const log = (image: string) => ({ containers: [{ name: "log", image }] });

/** Names, numbers and images, such as `a 1 log:1`, oldest first. */
function history(world: World): readonly string[] {
  return world.revisions().map(({ revision, data }) => `${revision} ${data.spec.containers[0]?.image ?? ""}`);
}

function latest(world: World, set = "set"): string {
  return world.statusOf(set).latestRevision ?? "";
}

function entryOf(world: World, set = "set") {
  return world.policySettings().sidecarSets?.find(({ metadata }) => metadata.name === set);
}

function recorded(world: World, pod: string): unknown {
  const annotation = world.pod(pod).metadata.annotations[hashAnnotation] ?? "{}";
  const records: { readonly set?: { readonly controllerRevision?: string } } = JSON.parse(annotation);
  return records.set?.controllerRevision;
}

test("a set's revision is there before its settings, and Pods record it, injected and upgraded", async (t) => {
  const world = await World.start(t);
  const writes = world.countWrites("ClusterAdmissionPolicy");
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  await until("the status names the revision", () => latest(world) !== "");
  assert.equal(writes.stop(), 1);
  assert.equal(entryOf(world)?.status?.latestRevision, latest(world));
  assert.equal(world.statusOf("set").collisionCount, 0);
  const [revision] = world.revisions();
  assert.equal(revision?.metadata.name, latest(world));
  assert.equal(revision.metadata.labels["kruise.io/sidecarset-name"], "set");
  assert.ok(revision.metadata.annotations[hashAnnotation]);

  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  assert.equal(recorded(world, "web-0"), latest(world));
  world.editSet("set", log("log:2"));
  await world.counters("set", "1/1/1/1");
  assert.deepEqual(history(world), ["1 log:1", "2 log:2"]);
  assert.equal(recorded(world, "web-0"), latest(world));
  assert.notEqual(latest(world), revision.metadata.name);
});

test("a state that a set goes back to gets a new number, other edits none", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await until("recorded", () => history(world).length === 1);
  const first = world.revisions()[0]?.metadata.name;
  world.editSet("set", log("log:2"));
  await until("recorded", () => history(world).length === 2);
  world.editSet("set", { updateStrategy: { maxUnavailable: 3 } });
  await until("the edit is seen", () => world.statusOf("set").observedGeneration === 3);
  world.editSet("set", log("log:1"));
  await until("the first has a new number", () => history(world).join() === "2 log:2,3 log:1");
  await until("the first is the latest", () => latest(world) === first);
});

test("a custom version labels the revision, by the field and by the label of v1alpha1", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { customVersion: "v1" });
  const labels = () => world.revisions().map(({ metadata }) => metadata.labels[versionLabel]);
  await until("labelled", () => labels().join() === "v1");
  world.editSet("set", { customVersion: "v2" });
  await until("labelled anew", () => labels().join() === "v2");
  world.createSet("other", { selector: { matchLabels: { app: "other" } } });
  await until("recorded", () => world.revisions().length === 2);
  world.annotateSet("other", { labels: { [versionLabel]: "v3" } });
  await until("labelled", () => labels().includes("v3"));
});

test("the oldest revisions go, but none that a Pod records", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { revisionHistoryLimit: 2, updateStrategy: { type: "NotUpdate" } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  for (let number = 2; number <= 5; number++) {
    world.editSet("set", log(`log:${number}`));
    await until("recorded", () => history(world).at(-1) === `${number} log:${number}`);
  }
  await until("truncated", () => history(world).length === 2);
  assert.deepEqual(history(world), ["1 log:1", "5 log:5"]);
});

test("a name that is taken by other data counts as a collision", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await until("recorded", () => latest(world) !== "");
  const taken = latest(world);
  await world.stopController();
  const [revision] = world.revisions();
  world.sandbox.client.delete({
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    namespace: "sidecarset-system",
    name: taken,
  });
  const metadata = { name: taken, namespace: "sidecarset-system", labels: revision?.metadata.labels };
  world.createRevision({ metadata, data: { spec: { containers: [{ image: "other" }] } }, revision: 1 });
  await world.restartController();
  await until("a collision is counted", () => world.statusOf("set").collisionCount === 1);
  assert.notEqual(latest(world), taken);
  assert.deepEqual(history(world), ["1 other", "2 log:1"]);
});

test("a restart writes nothing", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  await until("the status names the revision", () => latest(world) !== "");
  const [revision] = world.revisions();
  const before = world.policyVersion();
  await world.restartController();
  world.createSet("other", { selector: { matchLabels: { app: "other" } } });
  await world.reason("other", "InjectionReady", "SettingsLive");
  assert.deepEqual(
    world.revisions().find(({ metadata }) => metadata.name === latest(world)),
    revision,
  );
  assert.notEqual(world.policyVersion(), before);
});

test("the settings hold the revision that injectionStrategy names", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { customVersion: "v1" });
  await until("the status names the revision", () => latest(world) !== "");
  const first = latest(world);
  const revision = { customVersion: "v1", policy: "Always" };
  world.editSet("set", { ...log("log:2"), customVersion: "v2", injectionStrategy: { revision } });
  await until("the revision is in the settings", () => entryOf(world)?.revision?.name === first);
  await world.reason("set", "InjectionReady", "SettingsLive");
  await until("the condition names it", () =>
    (world.conditionOf("set", "InjectionReady").message ?? "").includes(`revision ${first}`),
  );
  const entry = entryOf(world);
  assert.equal(entry?.revision?.spec.containers?.[0]?.image, "log:1");
  assert.equal(entry.spec.containers?.[0]?.image, "log:2");
  assert.deepEqual(Object.keys(entry.spec.updateStrategy ?? {}), ["partition"]);
  assert.equal(entry.status?.latestRevision, latest(world));
  world.editSet("set", { updateStrategy: { paused: true } });
  await until("the pause is in the settings", () => entryOf(world)?.spec.updateStrategy?.paused === true);
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/0/1/0");
  assert.equal(imageIn(world.pod("web-0")), "log:1");
  assert.equal(recorded(world, "web-0"), first);
});

test("a revision that is missing harms its set alone, and the condition says what there is", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  await until("the status names the revision", () => latest(world) !== "");
  const first = latest(world);
  world.editSet("set", { ...log("log:2"), injectionStrategy: { revision: { revisionName: "set-nope" } } });
  await world.reason("set", "InjectionReady", "RevisionNotFound");
  const { status, message = "" } = world.conditionOf("set", "InjectionReady");
  assert.equal(status, "False");
  assert.match(
    message,
    /revisionName "set-nope" does not exist, new Pods keep getting its last good revision/,
  );
  assert.ok(message.endsWith(first), message);
  assert.equal(entryOf(world)?.spec.containers?.[0]?.image, "log:1");
  world.createSet("other", { selector: { matchLabels: { app: "other" } } });
  await world.reason("other", "InjectionReady", "SettingsLive");
  world.editSet("set", { injectionStrategy: { revision: { revisionName: first } } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  assert.equal(entryOf(world)?.revision?.name, first);
});

test("a history that cannot be written keeps nobody from being injected or upgraded", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  world.sandbox.faults.add({
    method: "POST",
    path: /controllerrevisions/,
    code: 403,
    times: Number.POSITIVE_INFINITY,
  });
  world.editSet("set", log("log:2"));
  await until("upgraded", () => imageIn(world.pod("web-0")) === "log:2");
  await until("the condition tells", () =>
    /generation 2: .* its own revision is not recorded: .*ordered by a test/.test(
      world.conditionOf("set", "InjectionReady").message ?? "",
    ),
  );
  world.sandbox.faults.clear();
  await until("recorded at last", () => history(world).length === 2);
  await until("the condition is content", () =>
    (world.conditionOf("set", "InjectionReady").message ?? "").endsWith("runs with it"),
  );
});

test("revisions that OpenKruise kept are taken over under their names", async (t) => {
  const world = await World.start(t);
  await world.stopController();
  world.sandbox.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "kruise-system" } });
  world.createSet("set", {});
  const owner = {
    apiVersion: "apps.kruise.io/v1beta1",
    kind: "SidecarSet",
    name: "set",
    uid: world.uidOf("set"),
    controller: true,
  };
  const labels = { "kruise.io/sidecarset-name": "set", [versionLabel]: "v0" };
  const data = { spec: { $patch: "replace", containers: [{ name: "log", image: "log:0" }] } };
  for (const [name, uid] of [
    ["set-old", owner.uid],
    ["set-strange", "another"],
  ] as const) {
    const metadata = { name, namespace: "kruise-system", labels, ownerReferences: [{ ...owner, uid }] };
    world.createRevision({ metadata, data, revision: 7 });
  }
  await world.restartController();
  await until("recorded", () => latest(world) !== "");
  assert.deepEqual(history(world), ["7 log:0", "8 log:1"]);
  assert.equal(world.revisions()[0]?.metadata.name, "set-old");
  world.editSet("set", { injectionStrategy: { revision: { customVersion: "v0" } } });
  await until("it can be pinned", () => entryOf(world)?.revision?.name === "set-old");
  assert.equal(world.revisions("kruise-system").length, 2);
});
