import assert from "node:assert/strict";
import { test } from "node:test";
import { until, World } from "./world.ts";

const command = (...words: readonly string[]) => ({
  containers: [{ name: "log", image: "log:1", ...(words.length > 0 && { command: words }) }],
});

function conditionOf(world: World, pod: string) {
  const found = world.pod(pod).status.conditions?.find(({ type }) => type === "SidecarSetUpgradable");
  return found && `${found.status} ${found.message}`;
}

async function settled(world: World, expected: string | undefined): Promise<void> {
  await until(`condition ${expected}`, () => {
    const found = conditionOf(world, "web-0");
    return found === expected ? true : (found ?? "none");
  });
}

test("a Pod is told which sets cannot be upgraded in it, as long as they exist", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  world.createSet("other", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  await world.reason("other", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  await world.counters("other", "1/1/1/1");
  assert.equal(conditionOf(world, "web-0"), undefined, "nothing stands in the way");

  world.editSet("set", command("tail"));
  await settled(world, 'False {"set":false}');
  await until("the set has the Event", () => world.events("NotUpgradablePods").length === 1);
  world.editSet("other", { containers: [{ name: "other", image: "log:1", command: ["tail"] }] });
  await settled(world, 'False {"other":false,"set":false}');

  world.editSet("set", { ...command() });
  await settled(world, 'False {"other":false,"set":true}');
  world.deleteSet("other");
  await settled(world, 'True {"set":true}');
  world.deleteSet("set");
  await settled(world, undefined);
});

test("a condition that says what it should is not written again", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  world.editSet("set", command("tail"));
  await settled(world, 'False {"set":false}');
  let writes = 0;
  const stop = world.sandbox.store.listenToAll(({ object }) => {
    if (object.kind === "Pod" && object.metadata.name === "web-0") writes++;
  });
  world.editSet("set", { updateStrategy: { maxUnavailable: 2 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-1");
  await world.counters("set", "2/1/2/1");
  stop();
  assert.equal(writes, 0);
});
