import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type TestContext, test } from "node:test";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { isJsonObject } from "../../../controller/model/json.ts";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";
import { type Controller, startController } from "../../../controller/shell/start-controller.ts";
import { policyFile } from "../../../sandbox/project.ts";
import { imageIn, World } from "./world.ts";

const times = { durationMs: 1_500, renewDeadlineMs: 1_000, intervalMs: 200, retryMs: 100 };

function election(identity: string) {
  return { namespace: "sidecarset-system", identity, times };
}

async function standby(t: TestContext, world: World): Promise<Controller> {
  const controller = startController({
    access: directAccess(world.sandbox.url),
    policyModule: await PolicyModule.load(policyFile),
    settingsIntervalMs: 100,
    statusIntervalMs: 20,
    election: election("second"),
  });
  t.after(() => controller.close());
  return controller;
}

function holder(world: World): unknown {
  const reference = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace: "sidecarset-system" };
  const spec = world.sandbox.client.find({ ...reference, name: "sidecarset-controller" })?.["spec"];
  return isJsonObject(spec) ? spec["holderIdentity"] : undefined;
}

test("one of two controllers works; the other takes over when the first stops", async (t) => {
  const world = await World.start(t, { election: election("first") });
  assert.equal(holder(world), "first");
  const second = await standby(t, world);
  let secondWorks = false;
  void second.started.then(() => (secondWorks = true));
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  await sleep(500);
  assert.equal(secondWorks, false);
  assert.ok(
    second.ready.every((check) => check.problem() === undefined),
    "a standby is ready",
  );
  await world.stopController();
  assert.equal(holder(world), "");
  await second.started;
  assert.equal(holder(world), "second");
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await world.counters("set", "1/1/1/1");
  assert.equal(imageIn(world.pod("web-0")), "log:2");
});

test("a controller that loses its lease ends and writes nothing more", async (t) => {
  const world = await World.start(t, { election: election("first") });
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  world.sandbox.faults.add({ path: /\/leases/, code: 500, times: Number.POSITIVE_INFINITY });
  await assert.rejects(world.controller.finished, { name: "LeaseLost" });
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await sleep(300);
  assert.equal(imageIn(world.pod("web-0")), "log:1");
});
