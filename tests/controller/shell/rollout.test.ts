import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIn, statusIn, until, World } from "./world.ts";

const image = (tag: string) => ({ containers: [{ name: "log", image: `log:${tag}` }] });

async function withPods(world: World, count: number): Promise<readonly string[]> {
  await world.reason("set", "InjectionReady", "SettingsLive");
  const names = Array.from({ length: count }, (_, index) => `web-${index}`);
  for (const name of names) world.createPod(name);
  await world.counters("set", [count, count, count, count].join("/"));
  return names;
}

test("images are upgraded in place, never more Pods down than maxUnavailable", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { strategy: { rollingUpdate: { maxUnavailable: 2 } } });
  await withPods(world, 6);
  const before = new Map(world.pods().map((pod) => [pod.metadata.name, statusIn(pod, "app").containerID]));
  const watch = world.watchUnavailable();
  world.editSet("set", image("2"));
  await world.counters("set", "6/6/6/6");
  await world.reason("set", "Ready", "RolloutComplete");
  assert.equal(watch.stop(), 2);
  for (const pod of world.pods()) {
    assert.equal(imageIn(pod), "log:2");
    assert.equal(statusIn(pod).restartCount, 1);
    assert.equal(statusIn(pod, "app").containerID, before.get(pod.metadata.name));
  }
});

test("a change of more than the image waits for re-creation; image changes after it do not help old Pods", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await withPods(world, 1);
  world.editSet("set", { containers: [{ name: "log", image: "log:1", command: ["tail"] }] });
  await world.counters("set", "1/0/1/0");
  await world.reason("set", "Ready", "PodRecreationRequired");
  assert.equal(world.conditionOf("set", "Stalled").status, "True");
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-1");
  await world.counters("set", "2/1/2/1");
  world.editSet("set", { containers: [{ name: "log", image: "log:2", command: ["tail"] }] });
  await world.counters("set", "2/1/2/1");
  await until("the new Pod is upgraded", () => imageIn(world.pod("web-1")) === "log:2");
  assert.equal(imageIn(world.pod("web-0")), "log:1");
  world.deletePod("web-0");
  await world.counters("set", "1/1/1/1");
  await world.reason("set", "Ready", "RolloutComplete");
});

test("a pause stops the rollout where it is, in either field", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { paused: true });
  await withPods(world, 3);
  world.editSet("set", image("2"));
  await world.reason("set", "Ready", "RolloutPaused");
  assert.deepEqual(
    world.pods().map((pod) => imageIn(pod)),
    ["log:1", "log:1", "log:1"],
  );
  world.editSet("set", { updateStrategy: { paused: false, partition: 2 } });
  await world.counters("set", "3/1/3/1");
  await world.reason("set", "Ready", "PartitionHeld");
  world.editSet("set", { updateStrategy: { paused: true, partition: 0 } });
  await world.reason("set", "Ready", "RolloutPaused");
  await world.counters("set", "3/1/3/1");
  world.editSet("set", { updateStrategy: { paused: false } });
  await world.counters("set", "3/3/3/3");
});

test("a bad image takes down no more than the budget, a good one mends it", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { maxUnavailable: "50%" } });
  await withPods(world, 4);
  world.editSet("set", image("pull-fails"));
  await world.counters("set", "4/2/2/0");
  await world.reason("set", "Ready", "RolloutProgressing");
  assert.match(
    world.conditionOf("set", "Ready").message ?? "",
    /waiting for 2 to become ready: default\/web-/,
  );
  world.editSet("set", image("2"));
  await world.counters("set", "4/4/4/4");
});

test("an update selector limits the rollout to its Pods", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { selector: { matchLabels: { canary: "yes" } } } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  world.createPod("web-1", { canary: "yes" });
  await world.counters("set", "2/2/2/2");
  world.editSet("set", image("2"));
  await world.counters("set", "2/1/2/1");
  assert.equal(imageIn(world.pod("web-1")), "log:2");
  await world.reason("set", "Ready", "PartitionHeld");
});

test("two sets on the same Pods keep each other's records", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { maxUnavailable: 2 } });
  world.createSet("other", {
    containers: [{ name: "mesh", image: "mesh:1" }],
    updateStrategy: { maxUnavailable: 2 },
  });
  await world.reason("other", "InjectionReady", "SettingsLive");
  await withPods(world, 3);
  world.editSet("set", image("2"));
  world.editSet("other", { containers: [{ name: "mesh", image: "mesh:2" }] });
  await world.counters("set", "3/3/3/3");
  await world.counters("other", "3/3/3/3");
  for (const pod of world.pods()) {
    assert.deepEqual([imageIn(pod), imageIn(pod, "mesh")], ["log:2", "mesh:2"]);
    const records: unknown = JSON.parse(pod.metadata.annotations["kruise.io/sidecarset-hash"] ?? "");
    assert.deepEqual(Object.keys(records ?? {}), ["other", "set"]);
  }
});

test("a Pod that no selector selects any more is left alone", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await withPods(world, 1);
  world.editSet("set", { ...image("2"), selector: { matchLabels: { app: "another" } } });
  await world.counters("set", "0/0/0/0");
  assert.equal(imageIn(world.pod("web-0")), "log:1");
});

test("a restarted controller goes on without taking down more", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { maxUnavailable: 1 } });
  await withPods(world, 4);
  const watch = world.watchUnavailable();
  world.editSet("set", image("2"));
  await until("the rollout has begun", () => world.pods().some((pod) => imageIn(pod) === "log:2"));
  await world.restartController();
  await world.counters("set", "4/4/4/4");
  assert.equal(watch.stop(), 1);
});
