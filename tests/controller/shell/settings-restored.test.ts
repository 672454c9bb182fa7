import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIn, until, World } from "./world.ts";

const log = (image: string) => ({ containers: [{ name: "log", image }] });
const crashesWith = (text: string) => (settings: object) =>
  JSON.stringify(settings).includes(text) ? "boom" : undefined;

function imageOf(world: World, set = "set"): string | undefined {
  const entry = world.policySettings().sidecarSets?.find(({ metadata }) => metadata.name === set);
  return entry?.spec.containers?.[0]?.image;
}

/** Images of the set in the copies of settings that are kept for a controller that comes later. */
function keptImages(world: World): readonly (string | undefined)[] {
  return world.sandbox.client
    .list("apps/v1", "ControllerRevision", "sidecarset-system")
    .filter(({ metadata }) => metadata.labels?.["sidecarset-kubewarden/kept"] !== undefined)
    .map((revision) => /"image":"([^"]+)"/.exec(JSON.stringify(revision["data"]))?.[1]);
}

test("settings with which the PolicyServer does not start are taken back, and tried again only when they change", async (t) => {
  const world = await World.start(t);
  world.createSet("set", log("log:1"));
  await world.reason("set", "InjectionReady", "SettingsLive");
  world.sandbox.policyServers.failStart(crashesWith("log:bad"));
  world.editSet("set", log("log:bad"));
  await world.reason("set", "InjectionReady", "SettingsReverted");
  const { status, message = "" } = world.conditionOf("set", "InjectionReady");
  assert.equal(status, "False");
  assert.match(
    message,
    /^The PolicyServer did not start with generation 2: its Pod policy-server-sidecarset-\d+ crashes at start: .* are restored, new Pods keep getting its last good revision; change the SidecarSet to try again$/,
  );
  assert.equal(imageOf(world), "log:1");
  await until("an Event tells", () =>
    world.events("SettingsReverted").some(({ type }) => type === "Warning"),
  );
  const writes = world.countWrites("ClusterAdmissionPolicy");
  world.createPod("web-0");
  await until("injected", () => imageIn(world.pod("web-0")) !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(writes.stop(), 0, "the same settings are not written again");
  world.editSet("set", log("log:2"));
  await world.reason("set", "InjectionReady", "SettingsLive");
  assert.equal(imageOf(world), "log:2");
});

test("of sets that changed together the good one gets in", async (t) => {
  const world = await World.start(t, { settingsGatherMs: 200 });
  world.createSet("set", log("log:1"));
  world.createSet("other", { containers: [{ name: "other", image: "other:1" }] });
  await world.reason("other", "InjectionReady", "SettingsLive");
  world.sandbox.policyServers.failStart(crashesWith("log:bad"));
  world.editSet("set", log("log:bad"));
  world.editSet("other", { containers: [{ name: "other", image: "other:2" }] });
  await until(
    "the good one is in",
    () => imageOf(world, "other") === "other:2" && imageOf(world) === "log:1",
  );
  await world.reason("set", "InjectionReady", "SettingsReverted");
  await world.reason("other", "InjectionReady", "SettingsLive");
  await until("the bad one is told apart", () =>
    (world.conditionOf("set", "InjectionReady").message ?? "").endsWith("change the SidecarSet to try again"),
  );
});

test("a PolicyServer that fails with its old settings too acquits the new ones, which are written when it runs again", async (t) => {
  const world = await World.start(t);
  world.createSet("set", log("log:1"));
  await world.reason("set", "InjectionReady", "SettingsLive");
  const mend = world.sandbox.policyServers.failStart(() => "no registry");
  world.editSet("set", log("log:2"));
  await until("it is told that the server fails with its old settings, too", () => {
    const { reason, message = "" } = world.conditionOf("set", "InjectionReady");
    return (reason === "SettingsReverted" && message.includes("The SidecarSet is not to blame")) || message;
  });
  assert.equal(imageOf(world), "log:1");
  mend();
  world.sandbox.policyServers.retry("sidecarset");
  await world.reason("set", "InjectionReady", "SettingsLive");
  assert.equal(imageOf(world), "log:2");
});

test("a controller that starts while the PolicyServer fails restores what an earlier one has seen running", async (t) => {
  const world = await World.start(t);
  world.createSet("set", log("log:1"));
  await world.reason("set", "InjectionReady", "SettingsLive");
  await until("the settings that run are kept", () => keptImages(world).join() === "log:1");
  world.sandbox.policyServers.failStart(crashesWith("log:bad"));
  // The first controller writes the bad settings, and cannot see what comes of them.
  world.sandbox.faults.add({
    method: "GET",
    path: /\/deployments\//,
    code: 500,
    times: Number.POSITIVE_INFINITY,
  });
  world.editSet("set", log("log:bad"));
  await until("the bad settings are written", () => imageOf(world) === "log:bad");
  await world.stopController();
  world.sandbox.faults.clear();
  assert.equal(imageOf(world), "log:bad");
  await world.restartController();
  await world.reason("set", "InjectionReady", "SettingsReverted");
  assert.equal(imageOf(world), "log:1");
  assert.deepEqual(keptImages(world), ["log:1"]);
  world.editSet("set", log("log:2"));
  await world.reason("set", "InjectionReady", "SettingsLive");
  await until("one copy is kept, of the present settings", () => keptImages(world).join() === "log:2");
});
