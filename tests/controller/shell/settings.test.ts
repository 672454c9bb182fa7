import assert from "node:assert/strict";
import { test } from "node:test";
import { until, World } from "./world.ts";

function names(world: World): string {
  return (world.policySettings().sidecarSets ?? []).map(({ metadata }) => metadata.name).join(" ");
}

test("sets are in the policy's settings, sorted, and leave with their deletion", async (t) => {
  const world = await World.start(t);
  for (const name of ["b", "a"]) world.createSet(name, {});
  await world.reason("a", "InjectionReady", "SettingsLive");
  await world.reason("b", "InjectionReady", "SettingsLive");
  assert.equal(names(world), "a b");
  world.deleteSet("a");
  await until("only b is left", () => names(world) === "b");
});

test("an edit that injection does not see leaves the settings alone", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  const before = world.policyVersion();
  world.editSet("set", { updateStrategy: { paused: true, maxUnavailable: 3 } });
  await until("the edit is seen", () => world.statusOf("set").observedGeneration === 2);
  assert.equal(world.policyVersion(), before);
  assert.equal(world.conditionOf("set", "InjectionReady").status, "True");
});

test("drift is repaired, members of the user stay", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.patchPolicy({ settings: { sidecarSets: [] } });
  await until("the settings are back", () => names(world) === "set");
  await world.reason("set", "InjectionReady", "SettingsLive");
});

test("settings that the policy rejects are not written, and the set says why", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.patchPolicy({ settings: { sidecarsets: [] } });
  await world.reason("set", "InjectionReady", "SettingsRejected");
  assert.match(world.conditionOf("set", "InjectionReady").message ?? "", /sidecarsets/);
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await until("the edit is seen", () => world.statusOf("set").observedGeneration === 2);
  assert.equal(world.policySettings().sidecarSets?.[0]?.spec.containers?.[0]?.image, "log:1");
  world.patchPolicy({ settings: { sidecarsets: null } });
  await world.reason("set", "InjectionReady", "SettingsLive");
});

test("settings that the API server refuses are tried again, and the set says why meanwhile", async (t) => {
  const world = await World.start(t);
  const path = /\/clusteradmissionpolicies\/sidecarset-injection/;
  world.sandbox.faults.add({ method: "PATCH", path, code: 403, times: Number.POSITIVE_INFINITY });
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsRejected");
  assert.match(world.conditionOf("set", "InjectionReady").message ?? "", /ordered by a test/);
  world.sandbox.faults.clear();
  await world.reason("set", "InjectionReady", "SettingsLive");
});

test("settings over the limit keep the last good entry, and the set says how large it is", async (t) => {
  const world = await World.start(t, { settingsLimitBytes: 2_000 });
  world.createSet("big", {});
  world.createSet("small", {});
  await world.reason("big", "InjectionReady", "SettingsLive");
  await world.reason("small", "InjectionReady", "SettingsLive");
  const containers = [{ name: "big", image: "log:1", command: ["x".repeat(2_000)] }];
  world.editSet("big", { containers });
  await world.reason("big", "InjectionReady", "SettingsTooLarge");
  assert.match(world.conditionOf("big", "InjectionReady").message ?? "", /limit of 2.0 KiB/);
  assert.equal(world.conditionOf("small", "InjectionReady").reason, "SettingsLive");
  const entry = world.policySettings().sidecarSets?.find(({ metadata }) => metadata.name === "big");
  assert.equal(entry?.spec.containers?.[0]?.["command"], undefined);
  world.editSet("big", { containers: [{ name: "big", image: "log:2" }] });
  await world.reason("big", "InjectionReady", "SettingsLive");
});

test("a set that came in without admission is normalised; an invalid one harms itself alone", async (t) => {
  const world = await World.start(t);
  world.deletePolicy("sidecarset-admission");
  world.createSet("good", {});
  world.createSet("bad", { containers: [{ name: "UPPER", image: "log:1" }] });
  await world.reason("good", "InjectionReady", "SettingsLive");
  await world.reason("bad", "InjectionReady", "InvalidSpec");
  await world.reason("bad", "Stalled", "InvalidSpec");
  assert.match(world.conditionOf("bad", "Ready").message ?? "", /spec\.containers\[0\]\.name/);
  assert.equal(names(world), "good");
  world.createPod("web-0");
  await world.counters("good", "1/1/1/1");
});

test("without the policy the condition tells, and the settings follow when it comes", async (t) => {
  const world = await World.start(t);
  const policy = world.deletePolicy("sidecarset-injection");
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "PolicyNotFound");
  world.createPolicy(policy);
  await world.reason("set", "InjectionReady", "SettingsLive");
});

test("settings count as live once the PolicyServer has restarted with them", async (t) => {
  const world = await World.start(t, { sandbox: { policyServerDelayMs: 600 } });
  world.createSet("set", {});
  await until("the settings are written", () => names(world) === "set");
  await until("the rollout is told", () =>
    /once PolicyServer sidecarset runs/.test(world.conditionOf("set", "InjectionReady").message ?? ""),
  );
  assert.equal(world.conditionOf("set", "InjectionReady").status, "False");
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.createPod("web-0");
  await world.counters("set", "1/1/1/1");
  world.createSet("other", {});
  await world.reason("other", "InjectionReady", "SettingsPending");
  assert.equal(
    world.conditionOf("set", "InjectionReady").status,
    "True",
    "its entry is the same in both settings",
  );
  await world.reason("other", "InjectionReady", "SettingsLive");
});

test("a PolicyServer that cannot be found leaves the condition unknown", async (t) => {
  const world = await World.start(t, { kubewardenNamespace: "elsewhere" });
  world.createSet("set", {});
  await until(
    "the condition is unknown",
    () => world.conditionOf("set", "InjectionReady").status === "Unknown",
  );
  assert.match(world.conditionOf("set", "InjectionReady").message ?? "", /is --kubewarden-namespace right/);
});

test("changes within the interval are written together when it is over", async (t) => {
  const world = await World.start(t, { settingsIntervalMs: 400 });
  world.createSet("a", {});
  await world.reason("a", "InjectionReady", "SettingsLive");
  const first = world.policyVersion();
  for (const name of ["b", "c", "d"]) world.createSet(name, {});
  await world.reason("d", "InjectionReady", "SettingsPending");
  assert.equal(world.policyVersion(), first);
  const writes = world.countWrites("ClusterAdmissionPolicy");
  for (const name of ["b", "c", "d"]) await world.reason(name, "InjectionReady", "SettingsLive");
  assert.equal(writes.stop(), 1);
});

test("paused injection is told once it is live", async (t) => {
  const world = await World.start(t);
  world.createSet("set", { injectionStrategy: { paused: true } });
  await world.reason("set", "InjectionReady", "InjectionPaused");
  world.createPod("web-0");
  await until("the Pod runs", () => world.pod("web-0").status.containerStatuses?.length === 1);
});
