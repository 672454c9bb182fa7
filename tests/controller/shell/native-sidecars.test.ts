import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIn, until, World } from "./world.ts";

function net(tag: string, more: object = {}) {
  return {
    containers: [],
    initContainers: [{ name: "net", image: `net:${tag}`, restartPolicy: "Always", ...more }],
  };
}

const hot = { upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "empty:1" } };

async function withPods(world: World, count: number): Promise<void> {
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (let index = 0; index < count; index++) world.createPod(`web-${index}`);
  await world.counters("set", [count, count, count, count].join("/"));
}

test("native sidecars are upgraded in place, one Pod at a time", async (t) => {
  const world = await World.start(t);
  world.createSet("set", net("1"));
  await withPods(world, 3);
  const watch = world.watchUnavailable();
  world.editSet("set", net("2"));
  await world.counters("set", "3/3/3/3");
  await world.reason("set", "Ready", "RolloutComplete");
  assert.equal(watch.stop(), 1);
  for (const pod of world.pods()) {
    assert.equal(imageIn(pod, "net"), "net:2");
    const status = pod.status.initContainerStatuses?.find(({ name }) => name === "net");
    assert.deepEqual([status?.image, status?.restartCount], ["net:2", 1]);
  }
});

test("a bad image of a native sidecar takes down no more than the budget, a good one mends it", async (t) => {
  const world = await World.start(t);
  world.createSet("set", net("1"));
  await withPods(world, 3);
  world.editSet("set", net("pull-fails"));
  await world.counters("set", "3/1/2/0");
  world.editSet("set", net("2"));
  await world.counters("set", "3/3/3/3");
});

test("native sidecars are upgraded hot", async (t) => {
  const world = await World.start(t);
  world.createSet("set", net("1", hot));
  await withPods(world, 2);
  world.editSet("set", net("2", hot));
  await world.counters("set", "2/2/2/2");
  for (const pod of world.pods()) {
    assert.deepEqual([imageIn(pod, "net-1"), imageIn(pod, "net-2")], ["empty:1", "net:2"]);
  }
});

test("on a cluster before 1.32 they wait for re-creation, and other sidecars of the set do not", async (t) => {
  const kubelet = { bindMs: 1, startMs: 5, restartMs: 15, readyMs: 5, events: false };
  const sandbox = { kubernetesMinor: 31, kubelet: { ...kubelet, restartsNativeSidecars: false } };
  const world = await World.start(t, { sandbox });
  world.createSet("set", { ...net("1"), containers: [{ name: "log", image: "log:1" }] });
  await withPods(world, 1);
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await world.counters("set", "1/1/1/1");
  world.editSet("set", { initContainers: net("2").initContainers });
  await world.reason("set", "Ready", "PodRecreationRequired");
  await world.counters("set", "1/0/1/0");
  assert.equal(imageIn(world.pod("web-0"), "net"), "net:1");
  world.deletePod("web-0");
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-1");
  await until("the new Pod has the new image", () => imageIn(world.pod("web-1"), "net") === "net:2");
  await world.counters("set", "1/1/1/1");
});
