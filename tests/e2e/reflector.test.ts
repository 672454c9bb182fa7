import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ApiClient } from "../../controller/k8s/client.ts";
import { podCodec } from "../../controller/k8s/codec/pod-codec.ts";
import { loadAccess } from "../../controller/k8s/kubeconfig.ts";
import type { ReflectorActivity } from "../../controller/k8s/reflector-options.ts";
import { Reflector } from "../../controller/k8s/reflector.ts";
import { leases, pods } from "../../controller/k8s/resource.ts";
import { Store } from "../../controller/k8s/store.ts";
import { samePod } from "../../controller/model/same-pod.ts";
import type { Pod } from "../../controller/model/pod.ts";
import { silentLogger } from "../../controller/observability/logger.ts";
import { systemClock } from "../../controller/runtime/clock.ts";
import { findBinaries } from "./control-plane/binaries.ts";
import { startControlPlane } from "./control-plane/control-plane.ts";

const binaries = await findBinaries({ build: false });
const skip = binaries.kind === "found" ? false : `skipped, because ${binaries.reason}`;

const podCount = 620;
const never = new AbortController().signal;

function podObject(index: number) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `web-${index}`,
      labels: { app: "web", shard: String(index % 3) },
      annotations: {
        "kruise.io/sidecarset-injected-list": "log",
        "kruise.io/sidecarset-hash": JSON.stringify({ log: { hash: `h${index}`, sidecarSetName: "log" } }),
        "example.com/note": "not kept",
      },
    },
    spec: {
      nodeName: `node-${index % 7}`,
      initContainers: [{ name: "mesh", image: "mesh:1", restartPolicy: "Always" }],
      containers: [
        { name: "main", image: "main:1", env: [{ name: "A", value: "ü" }] },
        { name: "log", image: "log:1" },
      ],
    },
  };
}

const status = (ready: boolean) => ({
  phase: "Running",
  conditions: [
    { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: "2026-01-02T03:04:05Z" },
    {
      type: "SidecarSetUpgradable",
      status: "False",
      reason: "UpdateImmutableField",
      message: '{"log":false}',
      lastTransitionTime: "2026-01-02T03:04:05Z",
    },
  ],
  containerStatuses: ["main", "log"].map((name) => ({
    name,
    image: `${name}:1`,
    imageID: `${name}@sha256:${"0".repeat(64)}`,
    ready,
    restartCount: 2,
  })),
  initContainerStatuses: [
    { name: "mesh", image: "mesh:1", imageID: "mesh@sha256:1", ready: true, restartCount: 0 },
  ],
});

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `waited a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All Pods as the server lists them now, in one of the formats. */
async function listed(client: ApiClient, accept: string): Promise<{ type: string; pods: readonly Pod[] }> {
  const answer = await client.read("/api/v1/pods", "pods", accept, never);
  const type = answer.headers["content-type"] ?? "";
  return { type, pods: podCodec().decoder(type).page(answer.body).items };
}

async function startReflector(t: TestContext, client: ApiClient, streamList = false) {
  const codec = podCodec();
  const store = new Store<Pod>({ identify: codec.identify, same: samePod, logger: silentLogger });
  const kinds: ReflectorActivity["kind"][] = [];
  const reflector = new Reflector({
    client,
    resource: pods,
    codec,
    store,
    clock: systemClock,
    logger: silentLogger,
    streamList,
    observe: ({ kind }) => kinds.push(kind),
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  t.after(async () => {
    stop.abort(new Error("over"));
    await running;
  });
  await reflector.synced;
  return { store, kinds };
}

/** Equal to a fresh list in everything but versions that were skipped as the same. */
async function isCurrent(client: ApiClient, store: Store<Pod>): Promise<boolean> {
  const { pods: fresh } = await listed(client, "application/vnd.kubernetes.protobuf");
  return (
    fresh.length === store.size &&
    fresh.every((pod) => {
      const known = store.get(`${pod.namespace}/${pod.name}`);
      return known !== undefined && samePod(known, pod);
    })
  );
}

test("the controller's client and reflector on a real API server", { skip, timeout: 300_000 }, async (t) => {
  assert.ok(binaries.kind === "found");
  const plane = await startControlPlane(binaries.paths);
  t.after(() => plane.stop());
  const access = await loadAccess({ kubeconfig: plane.kubeconfig }, {}, systemClock);
  const client = new ApiClient(access, { writeLimits: { inFlight: 8, perSecond: 10_000, burst: 10_000 } });
  t.after(() => client.close());
  const podAt = (index: number) => ({ namespace: "default", name: `web-${index}` });
  const setStatus = (index: number, ready: boolean) =>
    client.patch(
      pods,
      { ...podAt(index), subresource: "status" },
      {
        kind: "strategic-merge",
        body: { status: status(ready) },
      },
    );
  await Promise.all(
    Array.from({ length: podCount }, (_, index) =>
      client.create(pods, { namespace: "default" }, podObject(index), { metadataOnly: true }),
    ),
  );
  await Promise.all(Array.from({ length: 40 }, (_, index) => setStatus(index, true)));

  await t.test("protobuf and JSON give the same records, and nothing expected is missing", async () => {
    const protobuf = await listed(client, "application/vnd.kubernetes.protobuf");
    const json = await listed(client, "application/json");
    assert.match(protobuf.type, /protobuf/);
    assert.match(json.type, /json/);
    assert.deepEqual(protobuf.pods, json.pods);
    assert.equal(protobuf.pods.length, podCount);
    const pod = protobuf.pods.find(({ name }) => name === "web-8");
    assert.ok(pod !== undefined);
    const { uid, resourceVersion, creationTimestamp, labels, annotations, ...rest } = pod;
    assert.ok(uid !== "" && resourceVersion !== "" && creationTimestamp > 0);
    assert.deepEqual({ ...labels }, { app: "web", shard: "2" });
    assert.deepEqual(Object.keys(annotations).sort(), [
      "kruise.io/sidecarset-hash",
      "kruise.io/sidecarset-injected-list",
    ]);
    assert.deepEqual(rest, {
      namespace: "default",
      name: "web-8",
      deletionTimestamp: 0,
      nodeName: "node-1",
      phase: "Running",
      ready: true,
      readyTransitionTime: Date.parse("2026-01-02T03:04:05Z"),
      upgradable: { status: "False", reason: "UpdateImmutableField", message: '{"log":false}' },
      containers: [
        { name: "main", image: "main:1", restartPolicy: "" },
        { name: "log", image: "log:1", restartPolicy: "" },
      ],
      initContainers: [{ name: "mesh", image: "mesh:1", restartPolicy: "Always" }],
      containerStatuses: status(true).containerStatuses,
      initContainerStatuses: status(true).initContainerStatuses,
      owner: null,
    });
  });

  const { store, kinds } = await startReflector(t, client);

  await t.test("the first list comes in pages; changes come by the watch", async () => {
    assert.equal(store.size, podCount);
    const patched = await client.patch(
      pods,
      podAt(100),
      {
        kind: "strategic-merge",
        body: {
          metadata: { uid: store.get("default/web-100")?.uid },
          spec: { containers: [{ name: "log", image: "log:2" }] },
        },
      },
      { metadataOnly: true },
    );
    assert.equal(patched["spec"], undefined, "the answer is metadata alone");
    await client.delete(pods, podAt(101));
    await setStatus(5, false);
    await until("the store is current", () => isCurrent(client, store));
    assert.equal(store.get("default/web-100")?.containers[1]?.image, "log:2");
    assert.equal(store.get("default/web-5")?.ready, false);
    assert.deepEqual(kinds, ["listed", "watch-started"]);
  });

  await t.test("a patch with another Pod's uid is refused; one of a Pod that is gone is 404", async () => {
    const body = {
      metadata: { uid: "11111111-2222-3333-4444-555555555555" },
      spec: { containers: [{ name: "log", image: "log:9" }] },
    };
    await assert.rejects(
      client.patch(pods, podAt(1), { kind: "strategic-merge", body }),
      ({ status }) => status === 409 || status === 422,
    );
    await assert.rejects(client.patch(pods, podAt(9999), { kind: "strategic-merge", body }), { status: 404 });
  });

  await t.test(
    "a restart of the API server with changes around it ends in the state of a fresh list",
    async () => {
      await plane.restartApiServer();
      await Promise.all(Array.from({ length: 20 }, (_, index) => setStatus(200 + index, true)));
      await client.delete(pods, podAt(300));
      await client.create(pods, { namespace: "default" }, podObject(1000));
      await until("the store is current", () => isCurrent(client, store));
      assert.equal(store.get("default/web-1000")?.name, "web-1000");
      t.diagnostic(`activities: ${kinds.join(", ")}`);
    },
  );

  await t.test("a streamed list gives the same as pages", async (t) => {
    const streamed = await startReflector(t, client, true);
    assert.ok(await isCurrent(client, streamed.store));
    await setStatus(7, false);
    await until("the store is current", () => isCurrent(client, streamed.store));
    assert.equal(streamed.store.get("default/web-7")?.ready, false);
    assert.deepEqual(streamed.kinds, ["watch-started", "listed"]);
  });

  await t.test("replace refuses a stale version", async () => {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "l" },
      spec: { holderIdentity: "a" },
    };
    const created = await client.create(leases, { namespace: "default" }, lease);
    const address = { namespace: "default", name: "l" };
    await client.replace(leases, address, { ...created, spec: { holderIdentity: "b" } });
    await assert.rejects(client.replace(leases, address, created), { status: 409, reason: "Conflict" });
  });
});
