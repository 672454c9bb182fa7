import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIn, until, World } from "./world.ts";

/** Longer than anybody waits here. */
const longMs = 12_000;

function select(app: string) {
  return { selector: { matchLabels: { app } } };
}

test("a set whose revision hangs holds no other up", async (t) => {
  const world = await World.start(t);
  world.createSet("slow", select("slow"));
  await world.reason("slow", "InjectionReady", "SettingsLive");
  world.sandbox.faults.add({ method: "PATCH", path: /\/controllerrevisions\/slow-/, delayMs: longMs });
  world.editSet("slow", { customVersion: "v1" });
  world.createSet("quick", select("quick"));
  await world.reason("quick", "InjectionReady", "SettingsLive");
  const labels = world
    .revisions()
    .map(({ metadata }) => metadata.labels["apps.kruise.io/sidecarset-custom-version"]);
  assert.deepEqual(labels, [undefined, undefined]);
});

test("sets in the middle of long rollouts take turns with others", async (t) => {
  const world = await World.start(t, { workers: 1, podWritesAtOnce: 1 });
  world.createSet("set", { updateStrategy: { maxUnavailable: 20 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (let index = 0; index < 12; index++) world.createPod(`web-${index}`);
  await world.counters("set", "12/12/12/12");
  world.sandbox.faults.add({
    method: "PATCH",
    path: /\/pods\//,
    delayMs: 400,
    times: Number.POSITIVE_INFINITY,
  });
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  const upgraded = (): number => world.pods().filter((pod) => imageIn(pod) === "log:2").length;
  await until("the rollout has begun", () => upgraded() > 0);
  world.createSet("quick", select("quick"));
  await world.reason("quick", "InjectionReady", "SettingsLive");
  assert.ok(upgraded() < 12, "live before the rollout was over");
  world.sandbox.faults.clear();
  await world.counters("set", "12/12/12/12");
});

test("a set that is invalid, too large or pinned to nothing holds no other up", async (t) => {
  const world = await World.start(t, { settingsLimitBytes: 3_000 });
  world.deletePolicy("sidecarset-admission");
  world.createSet("invalid", { ...select("a"), containers: [{ name: "UPPER", image: "log:1" }] });
  world.createSet("large", {
    ...select("b"),
    containers: [{ name: "large", image: "log:1", command: ["x".repeat(3_000)] }],
  });
  world.createSet("pinned", { ...select("c"), injectionStrategy: { revision: { revisionName: "nope" } } });
  world.createSet("good", select("d"));
  await world.reason("good", "InjectionReady", "SettingsLive");
  await world.reason("invalid", "InjectionReady", "InvalidSpec");
  await world.reason("large", "InjectionReady", "SettingsTooLarge");
  await world.reason("pinned", "InjectionReady", "RevisionNotFound");
});

test("429 makes the whole controller pause, and everything comes in order after it", async (t) => {
  const world = await World.start(t);
  const slowDown = { code: 429, retryAfterSeconds: 1 };
  world.sandbox.faults.add({ method: "POST", path: /\/controllerrevisions/, ...slowDown });
  world.sandbox.faults.add({ method: "PATCH", path: /\/clusteradmissionpolicies\//, ...slowDown });
  world.createSet("set", {});
  const begin = performance.now();
  await world.reason("set", "InjectionReady", "SettingsLive");
  assert.ok(performance.now() - begin > 1_900, "both pauses were kept");
  assert.equal(world.revisions().length, 1);
});
