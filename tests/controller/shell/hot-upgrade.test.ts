import assert from "node:assert/strict";
import { test } from "node:test";
import type { SidecarContainer } from "../../../controller/model/sidecarset.ts";
import { imageIn, type ObservedPod, statusIn, until, World } from "./world.ts";

const empty = "empty:1";

function log(tag: string, more: Partial<SidecarContainer> = {}) {
  const upgradeStrategy = { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: empty };
  return { containers: [{ name: "log", image: `log:${tag}`, upgradeStrategy, ...more }] };
}

/** Images of `log-1` and `log-2`, the one that works marked. */
function images(pod: ObservedPod): string {
  const working = pod.metadata.annotations["kruise.io/sidecarset-working-hotupgrade-container"];
  return ["log-1", "log-2"]
    .map((name) => `${imageIn(pod, name)}${working === JSON.stringify({ log: name }) ? "*" : ""}`)
    .join(" ");
}

async function worldWith(t: Parameters<typeof World.start>[0], pods: number): Promise<World> {
  const world = await World.start(t);
  world.createSet("set", log("1"));
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (let index = 0; index < pods; index++) world.createPod(`web-${index}`);
  await world.counters("set", [pods, pods, pods, pods].join("/"));
  return world;
}

test("a hot upgrade keeps one container serving, and the next one swaps them back", async (t) => {
  const world = await worldWith(t, 3);
  const watch = world.watchUnavailable();
  world.editSet("set", log("2"));
  await world.counters("set", "3/3/3/3");
  await world.reason("set", "Ready", "RolloutComplete");
  for (const pod of world.pods()) {
    assert.equal(images(pod), "empty:1 log:2*");
    assert.equal(statusIn(pod, "log-2").restartCount, 1);
    assert.equal(pod.metadata.annotations["version.sidecarset.kruise.io/log-1"], "0");
  }
  world.editSet("set", log("3"));
  await world.counters("set", "3/3/3/3");
  for (const pod of world.pods()) assert.equal(images(pod), "log:3* empty:1");
  assert.equal(watch.stop(), 1, "one Pod at a time is not ready");
  await until("every reset is told on its Pod", () => world.events("ResetContainerSucceed").length === 6);
});

test("a bad image stays beside the old one until the next edit; going back resets it", async (t) => {
  const world = await worldWith(t, 2);
  world.editSet("set", log("pull-fails"));
  await world.counters("set", "2/1/1/0");
  world.editSet("set", log("1"));
  await world.counters("set", "2/2/2/2");
  for (const pod of world.pods()) assert.equal(images(pod), "log:1* empty:1");
  world.editSet("set", log("never-ready"));
  await world.counters("set", "2/1/1/0");
  world.editSet("set", log("3"));
  await world.counters("set", "2/2/2/2");
  for (const pod of world.pods()) assert.equal(images(pod), "empty:1 log:3*");
});

test("a hot upgrade that was begun ends while the set is paused", async (t) => {
  const world = await worldWith(t, 2);
  world.editSet("set", log("slow-start"));
  await until("an upgrade has begun", () => world.pods().some((pod) => images(pod).includes("slow")));
  world.editSet("set", { updateStrategy: { paused: true } });
  await world.counters("set", "2/1/2/1");
  assert.deepEqual(world.pods().map(images).toSorted(), ["empty:1 log:slow-start*", "log:1* empty:1"]);
  world.editSet("set", { ...log("slow-start", { command: ["tail"] }) });
  await world.counters("set", "2/0/2/0");
});

test("a reset that the server refuses is told on the Pod", async (t) => {
  const world = await worldWith(t, 1);
  world.sandbox.kubelet?.pause();
  world.editSet("set", log("2"));
  await until("the upgrade has begun", () => images(world.pod("web-0")) === "log:1 log:2*");
  world.sandbox.faults.add({ method: "PATCH", path: /\/pods\//, code: 403 });
  world.sandbox.kubelet?.resume();
  await until("the refusal is told", () => world.events("ResetContainerFailed").length === 1);
  await world.counters("set", "1/1/1/1");
});
