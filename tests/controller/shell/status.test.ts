import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { imageIn, until, World } from "./world.ts";

test("Pods that run without the sidecar are counted and named until they are gone", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { injectionStrategy: { paused: true } });
  await world.reason("set", "InjectionReady", "InjectionPaused");
  // Times are whole seconds; a Pod of the set's own second might be older.
  await sleep(1_100);
  world.createPod("bare");
  assert.equal(world.pod("bare").spec.containers.length, 1);
  world.editSet("set", { injectionStrategy: { paused: false } });
  await until("missing", () => world.statusOf("set").missingPods === 1 || world.statusOf("set"));
  assert.match(
    world.conditionOf("set", "Ready").message ?? "",
    /1 Pod runs without the sidecar .*\(default\/bare\)/,
  );
  world.deletePod("bare");
  await until("none missing", () => world.statusOf("set").missingPods === 0 || world.statusOf("set"));
});

test("progress and versions follow a rollout", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { partition: 1 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (const name of ["a", "b"]) world.createPod(name);
  await world.counters("set", "2/2/2/2");
  assert.equal(world.statusOf("set").progress, "100%");
  assert.deepEqual(
    world.statusOf("set").versions?.map(({ pods }) => pods),
    [2],
  );
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await world.counters("set", "2/1/2/1");
  assert.deepEqual(
    world.statusOf("set").versions?.map(({ pods }) => pods),
    [1, 1],
  );
  await until("the partition is told", () => {
    const held = world.statusOf("set").held?.map(({ reason, pods }) => `${reason} ${pods}`);
    return held?.join() === "PartitionHeld 1" || held;
  });
  assert.equal(world.statusOf("set").progress, "100%", "the one that is held is none to bring up to date");
  const printed = await printedRow(world);
  assert.deepEqual(Object.keys(printed).slice(0, 8), [
    "Name",
    "MATCHED",
    "UPDATED",
    "READY",
    "AGE",
    "PROGRESS",
    "ROLLOUT",
    "INJECTION",
  ]);
  const { AGE: _age, ...cells } = printed;
  assert.deepEqual(Object.values(cells).slice(0, 5), ["set", 2, 1, 2, "100%"]);
  assert.equal(cells["ROLLOUT"], "PartitionHeld");
});

test("counters move on while upgrades take long", async (t) => {
  const world = await World.start(t, { podWritesAtOnce: 1 });
  world.createSet("set", { updateStrategy: { maxUnavailable: 8 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (let index = 0; index < 8; index++) world.createPod(`web-${index}`);
  await world.counters("set", "8/8/8/8");
  world.sandbox.faults.add({ method: "PATCH", path: /\/pods\//, delayMs: 400, times: 8 });
  const seen = new Set<number>();
  const stop = world.sandbox.store.listenToAll(({ object }) => {
    if (object.kind === "SidecarSet") seen.add(world.statusOf("set").updatedPods ?? -1);
  });
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await world.counters("set", "8/8/8/8");
  stop();
  const between = [...seen].filter((updated) => updated > 0 && updated < 8);
  assert.ok(between.length >= 2, `seen ${[...seen].join()}`);
});

test("a controller that stops writes the status that it knows", async (t) => {
  const world = await World.start(t, { statusIntervalMs: 60_000 });
  world.createSet("set", {});
  await until("a first status", () => world.statusOf("set").observedGeneration === 1);
  await until("settings", () => world.policySettings().sidecarSets?.length === 1);
  for (const name of ["a", "b"]) world.createPod(name);
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  // One at a time: it knows that the first is ready again.
  await until("both are upgraded", () => world.pods().every((pod) => imageIn(pod) === "log:2"));
  assert.equal(world.statusOf("set").matchedPods, 0, "the interval is not over");
  await world.stopController();
  const { observedGeneration, matchedPods, readyPods = 0 } = world.statusOf("set");
  assert.deepEqual({ observedGeneration, matchedPods }, { observedGeneration: 2, matchedPods: 2 });
  assert.ok(readyPods >= 1);
});

test("the counters of a set that does not update follow its Pods all the same", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { type: "NotUpdate" } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (const name of ["a", "b"]) world.createPod(name);
  await world.counters("set", "2/2/2/2");
  world.deletePod("a");
  await world.counters("set", "1/1/1/1");
});

/** The only SidecarSet as `kubectl get sidecarsets -o wide` prints it, by column. */
async function printedRow({ sandbox }: World): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${sandbox.url}/apis/apps.kruise.io/v1alpha1/sidecarsets`, {
    headers: { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" },
  });
  const table: Table = JSON.parse(await response.text());
  const cells = table.rows[0]?.cells ?? [];
  return Object.fromEntries(table.columnDefinitions.map(({ name }, index) => [name, cells[index]]));
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}
