import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Fault } from "../../../sandbox/faults/faults.ts";
import { imageIn, statusIn, until, World } from "./world.ts";

const podWrites = { method: "PATCH", path: /\/pods\// };
const podWatch = { verb: "watch", path: /\/pods\?/ };

/** Rolls five Pods out, two at a time, while the faults strike; each sidecar must restart once and no more. */
async function rollOutUnder(t: TestContext, faults: readonly Fault[]): Promise<void> {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { maxUnavailable: 2 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (let index = 0; index < 5; index++) world.createPod(`web-${index}`);
  await world.counters("set", "5/5/5/5");
  for (const fault of faults) world.sandbox.faults.add(fault);
  const watch = world.watchUnavailable();
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await world.counters("set", "5/5/5/5");
  const most = watch.stop();
  assert.ok(most <= 2, `at most 2 Pods down, got ${most}`);
  for (const pod of world.pods()) {
    assert.equal(imageIn(pod), "log:2");
    assert.equal(statusIn(pod).restartCount, 1);
  }
}

const cases: Readonly<Record<string, readonly Fault[]>> = {
  "Pod writes conflict": [{ ...podWrites, code: 409, times: 3 }],
  "Pod writes are turned away for a while": [{ ...podWrites, code: 429, retryAfterSeconds: 0, times: 3 }],
  "the server fails": [{ ...podWrites, code: 500, times: 2 }],
  "connections break before Pod writes": [{ ...podWrites, hangUp: "before", times: 2 }],
  "answers to Pod writes get lost": [{ ...podWrites, hangUp: "after", times: 3 }],
  "answers to Pod writes get lost and Pods cannot be read": [
    { ...podWrites, hangUp: "after" },
    { method: "GET", path: /\/pods\/web-/, code: 500, times: 2 },
  ],
  "Pod writes are slow": [{ ...podWrites, delayMs: 100, times: 5 }],
  "status writes fail": [{ method: "PATCH", path: /\/sidecarsets\/.*\/status/, code: 500, times: 2 }],
  "settings writes fail": [{ method: "PATCH", path: /\/clusteradmissionpolicies\//, code: 500, times: 2 }],
};

test("a rollout whose watches break keeps maxUnavailable and ends", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { updateStrategy: { maxUnavailable: 1 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (let index = 0; index < 3; index++) world.createPod(`web-${index}`);
  await world.counters("set", "3/3/3/3");
  const watch = world.watchUnavailable();
  world.sandbox.watches.cut(podWatch.path);
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await until("a Pod is upgraded", () => world.pods().some((pod) => imageIn(pod) === "log:2"));
  world.sandbox.watches.cut(podWatch.path, "clean");
  await world.counters("set", "3/3/3/3");
  assert.equal(watch.stop(), 1);
});

for (const [name, faults] of Object.entries(cases)) {
  test(`a rollout ends and keeps maxUnavailable when ${name}`, (t) => rollOutUnder(t, faults));
}

test("a watch that is cut and finds its version expired is made good by a list", async (t) => {
  const world = await World.start(t, { sandbox: { historyLimit: 3 } });
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.sandbox.faults.add({ ...podWatch, code: 410, times: 2 });
  world.sandbox.watches.cut(podWatch.path);
  for (let index = 0; index < 5; index++) world.createPod(`web-${index}`);
  await world.counters("set", "5/5/5/5");
});
