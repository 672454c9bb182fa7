import assert from "node:assert/strict";
import { test } from "node:test";
import { imageIn, statusIn, until, World } from "./world.ts";

const json = (text: string) => [{ patchPolicy: "MergePatchJson", annotations: { "example.com/json": text } }];

function annotation(world: World, pod: string, key = "example.com/json"): string | undefined {
  return world.pod(pod).metadata.annotations[key];
}

async function worldWithPods(
  t: Parameters<typeof World.start>[0],
  patchPodMetadata: object[],
): Promise<World> {
  const world = await World.start(t);
  world.createSet("set", { patchPodMetadata, updateStrategy: { maxUnavailable: 1 } });
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (const name of ["web-0", "web-1"]) world.createPod(name, {}, { "example.com/json": '{"own":1}' });
  await world.counters("set", "2/2/2/2");
  return world;
}

test("a change of the metadata alone reaches running Pods, which do not restart, with one write each", async (t) => {
  const world = await worldWithPods(t, json('{"one":1}'));
  assert.equal(annotation(world, "web-0"), '{"one":1,"own":1}');
  const watch = world.watchUnavailable();
  world.editSet("set", { patchPodMetadata: json('{"two":2}') });
  await until("both have it", () =>
    ["web-0", "web-1"].every((name) => annotation(world, name) === '{"one":1,"own":1,"two":2}'),
  );
  await world.counters("set", "2/2/2/2");
  await world.reason("set", "Ready", "RolloutComplete");
  assert.equal(watch.stop(), 0);
  for (const pod of world.pods()) assert.equal(statusIn(pod).restartCount, 0);
});

test("new Pods, and annotations that others change later, take no write", async (t) => {
  const world = await worldWithPods(t, [{ patchPolicy: "Overwrite", annotations: { key: "1" } }]);
  const before = world.pods().map(({ metadata }) => metadata.annotations["kruise.io/sidecarset-hash"]);
  world.sandbox.client.patch(
    { apiVersion: "v1", kind: "Pod", namespace: "default", name: "web-0" },
    "merge",
    {
      metadata: { annotations: { key: "mine" } },
    },
  );
  world.editSet("set", { revisionHistoryLimit: 5 });
  await world.counters("set", "2/2/2/2");
  assert.equal(annotation(world, "web-0", "key"), "mine");
  const after = world.pods().map(({ metadata }) => metadata.annotations["kruise.io/sidecarset-hash"]);
  assert.deepEqual(after, before);
});

test("an upgrade brings the metadata along, in the same write", async (t) => {
  const world = await worldWithPods(t, [{ annotations: { key: "1" } }]);
  const pods = { apiVersion: "v1", kind: "Pod", namespace: "default", name: "web-0" };
  world.sandbox.client.patch(pods, "merge", { metadata: { annotations: { key: null } } });
  const seen = new Set<string>();
  const stop = world.sandbox.store.listenToAll(({ object }) => {
    if (object.kind === "Pod")
      seen.add(`${imageIn(world.pod("web-0"))} ${annotation(world, "web-0", "key")}`);
  });
  world.editSet("set", {
    containers: [{ name: "log", image: "log:2" }],
    patchPodMetadata: [{ annotations: { key: "2" } }],
  });
  await world.counters("set", "2/2/2/2");
  stop();
  assert.deepEqual([...seen], ["log:2 2"]);
  assert.equal(annotation(world, "web-1", "key"), "1", "Retain never overwrites");
});

test("an annotation that cannot be merged is told of, and images are upgraded all the same", async (t) => {
  const world = await worldWithPods(t, json('{"one":1}'));
  const pods = { apiVersion: "v1", kind: "Pod", namespace: "default", name: "web-0" };
  world.sandbox.client.patch(pods, "merge", { metadata: { annotations: { "example.com/json": "null" } } });
  world.editSet("set", { patchPodMetadata: json('{"two":2}') });
  await until("the other one has it", () => annotation(world, "web-1")?.includes("two"));
  await until("the problem is told", () =>
    /default\/web-0 .*expected JSON/.test(world.conditionOf("set", "Ready").message ?? ""),
  );
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  await world.counters("set", "2/2/2/2");
  assert.equal(imageIn(world.pod("web-0")), "log:2");
});
