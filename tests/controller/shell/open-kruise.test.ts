import assert from "node:assert/strict";
import { test } from "node:test";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";
import { startController } from "../../../controller/shell/start-controller.ts";
import type { AnsweredRequest } from "../../../sandbox/api/api-server.ts";
import { loadPolicy } from "../../../sandbox/project.ts";
import { imageIn, statusIn, until, World } from "./world.ts";

const openKruiseLooksMs = 30;
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kruise-system" } };
const webhooks = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "kruise-mutating-webhook-configuration" },
  webhooks: [
    { name: "mpod.kb.io", rules: [{ apiGroups: [""], resources: ["pods"], operations: ["CREATE"] }] },
  ],
};

function heldLease() {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "kruise-manager", namespace: "kruise-system" },
    spec: { holderIdentity: "manager-0", leaseDurationSeconds: 15, renewTime: new Date().toISOString() },
  };
}

function start(
  world: World,
  options: { readonly besideOpenKruise?: boolean; readonly openKruiseLooksMs?: number } = {},
) {
  const access = directAccess(world.sandbox.url);
  return loadPolicy().then((policyModule) =>
    startController({ access, policyModule, openKruiseLooksMs, settingsIntervalMs: 100, ...options }),
  );
}

test("beside OpenKruise's manager nothing is written and readiness says why, until it is gone", async (t) => {
  const world = await World.start(t);
  await world.stopController();
  world.sandbox.client.create(namespace);
  world.sandbox.client.create(heldLease());
  world.createSet("set", {});
  const controller = await start(world);
  t.after(() => controller.close());
  const guard = () => controller.ready.find(({ name }) => name === "openkruise")?.problem();
  await until("not ready", () => guard() === "manager-0 holds OpenKruise's Lease kruise-manager");
  assert.deepEqual(world.statusOf("set"), {});
  assert.deepEqual(world.revisions(), []);
  world.sandbox.client.delete({ ...heldLease(), namespace: "kruise-system", name: "kruise-manager" });
  await controller.started;
  assert.equal(guard(), undefined);
  await world.reason("set", "InjectionReady", "SettingsLive");
});

test("where the Lease may not be read the webhooks tell; a controller that waits can be closed at once", async (t) => {
  const world = await World.start(t);
  await world.stopController();
  world.sandbox.client.create(namespace);
  world.sandbox.client.create(webhooks);
  world.sandbox.faults.add({ path: /\/leases\/kruise-manager/, code: 403, times: Number.POSITIVE_INFINITY });
  // It waits for hours: were it not closed at once, this test would not end.
  const controller = await start(world, { openKruiseLooksMs: 36_000_000 });
  const guard = () => controller.ready.find(({ name }) => name === "openkruise")?.problem() ?? "";
  await until("not ready", () => guard().endsWith("has OpenKruise called for pods"));
  await controller.close();
  await assert.rejects(controller.started);
});

test("a controller that is told so works beside OpenKruise", async (t) => {
  const world = await World.start(t);
  await world.stopController();
  world.sandbox.client.create(namespace);
  world.sandbox.client.create(heldLease());
  const controller = await start(world, { besideOpenKruise: true });
  t.after(() => controller.close());
  await controller.started;
});

test("an OpenKruise that comes up later ends the controller", async (t) => {
  const world = await World.start(t, { openKruiseLooksMs });
  world.sandbox.client.create(namespace);
  world.sandbox.client.create(heldLease());
  await assert.rejects(world.controller.finished, { name: "OpenKruiseAtWork" });
});

test("Pods that OpenKruise injected are taken over as they are, and upgraded like any other", async (t) => {
  let podWrites = 0;
  const onRequest = ({ verb, target }: AnsweredRequest): void => {
    if (verb === "patch" && target.type.plural === "pods") podWrites++;
  };
  const world = await World.start(t, { sandbox: { onRequest } });
  world.createSet("set", {});
  await until("recorded", () => (world.statusOf("set").latestRevision ?? "") !== "");
  const latest = world.statusOf("set").latestRevision;
  await world.stopController();
  const { annotations = {} } = world.sandbox.client.get({
    apiVersion: "apps.kruise.io/v1alpha1",
    kind: "SidecarSet",
    name: "set",
  }).metadata;
  const record = (hash: string, more: object) =>
    JSON.stringify({
      set: {
        updateTimestamp: "2026-07-02T09:00:00Z",
        hash: annotations[hash],
        sidecarSetName: "set",
        sidecarList: ["log"],
        ...more,
      },
    });
  const [hash, withoutImage] = ["kruise.io/sidecarset-hash", "kruise.io/sidecarset-hash-without-image"];
  const resume = world.sandbox.policyServers.interrupt();
  world.patchPolicy({ failurePolicy: "Ignore" });
  for (const name of ["web-0", "web-1"]) {
    world.sandbox.client.create({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: "default",
        labels: { app: "web" },
        annotations: {
          [hash]: record(hash, { controllerRevision: latest }),
          [withoutImage]: record(withoutImage, {}),
          "kruise.io/sidecarset-injected-list": "set",
        },
      },
      spec: {
        containers: [
          { name: "log", image: "log:1", env: [{ name: "IS_INJECTED", value: "true" }] },
          { name: "app", image: "app:1" },
        ],
      },
    });
  }
  resume();
  await world.restartController();
  await world.counters("set", "2/2/2/2");
  const [revision, ...others] = world.revisions();
  assert.equal(revision?.metadata.name, latest);
  assert.deepEqual(others, []);
  assert.ok(world.pods().every((pod) => statusIn(pod).restartCount === 0));
  assert.equal(podWrites, 0);
  world.editSet("set", {
    containers: [{ name: "log", image: "log:2" }],
    updateStrategy: { maxUnavailable: 2 },
  });
  await world.counters("set", "2/2/2/2");
  assert.ok(world.pods().every((pod) => imageIn(pod) === "log:2" && statusIn(pod).restartCount === 1));
  assert.ok(world.pods().every((pod) => statusIn(pod, "app").restartCount === 0));
  assert.equal(podWrites, 2);
});
