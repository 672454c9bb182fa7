import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type TestContext, test } from "node:test";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { isJsonObject } from "../../../controller/model/json.ts";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";
import { type Controller, startController } from "../../../controller/shell/start-controller.ts";
import type { AnsweredRequest } from "../../../sandbox/api/api-server.ts";
import { policyFile } from "../../../sandbox/project.ts";
import { imageIn, World } from "./world.ts";

// Long, because a renewal that comes late on a busy machine is a leader lost; looks are frequent.
const times = { durationMs: 60_000, renewDeadlineMs: 40_000, intervalMs: 200, retryMs: 5_000 };
const writing = new Set(["create", "update", "patch", "delete"]);

function candidate(identity: string) {
  return {
    election: { namespace: "sidecarset-system", identity, times },
    client: { userAgent: identity },
  };
}

/** Who wrote anything but the Lease, in the order in which they took turns: one name for each uninterrupted run. */
class Turns {
  readonly taken: string[] = [];

  readonly observe = ({ verb, target, userAgent }: AnsweredRequest): void => {
    if (!writing.has(verb) || target.type.plural === "leases") return;
    if (this.taken.at(-1) !== userAgent) this.taken.push(userAgent);
  };
}

async function standby(t: TestContext, world: World): Promise<Controller> {
  const controller = startController({
    access: directAccess(world.sandbox.url),
    policyModule: await PolicyModule.load(policyFile),
    settingsIntervalMs: 100,
    statusIntervalMs: 20,
    ...candidate("second"),
  });
  t.after(() => controller.close());
  return controller;
}

/** A leader with one Pod that has a sidecar. */
async function leaderAtWork(t: TestContext, turns: Turns): Promise<World> {
  const world = await World.start(t, { ...candidate("first"), sandbox: { onRequest: turns.observe } });
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  return world;
}

const lease = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  namespace: "sidecarset-system",
  name: "sidecarset-controller",
};

function holder(world: World): unknown {
  const spec = world.sandbox.client.find(lease)?.["spec"];
  return isJsonObject(spec) ? spec["holderIdentity"] : undefined;
}

function giveLeaseTo(world: World, holderIdentity: string): void {
  world.sandbox.client.patch(lease, "merge", { spec: { holderIdentity } });
}

test("one of two controllers works; the other takes over when the first stops", async (t) => {
  const turns = new Turns();
  const world = await leaderAtWork(t, turns);
  assert.equal(holder(world), "first");
  const second = await standby(t, world);
  let secondWorks = false;
  void second.started.then(() => (secondWorks = true));
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
  assert.deepEqual(turns.taken, ["first", "second"]);
});

test("a controller that loses its lease ends and writes nothing more; the other goes on", async (t) => {
  const turns = new Turns();
  const world = await leaderAtWork(t, turns);
  const second = await standby(t, world);
  giveLeaseTo(world, "a stranger");
  await assert.rejects(world.controller.finished, { name: "LeaseLost" });
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await sleep(300);
  assert.equal(imageIn(world.pod("web-0")), "log:1");
  giveLeaseTo(world, "");
  await second.started;
  await world.counters("set", "1/1/1/1");
  assert.equal(imageIn(world.pod("web-0")), "log:2");
  assert.deepEqual(turns.taken, ["first", "second"]);
});
