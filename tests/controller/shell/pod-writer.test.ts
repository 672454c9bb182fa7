import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, ConnectionError } from "../../../controller/k8s/api-error.ts";
import { ApiClient } from "../../../controller/k8s/client.ts";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";
import { PodSharing } from "../../../controller/k8s/codec/pod-builder.ts";
import { podCodec } from "../../../controller/k8s/codec/pod-codec.ts";
import { podFromJson } from "../../../controller/k8s/codec/pod-json.ts";
import { pods } from "../../../controller/k8s/resource.ts";
import { Store } from "../../../controller/k8s/store.ts";
import type { JsonObject } from "../../../controller/model/json.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { InFlightWrites } from "../../../controller/shell/in-flight-writes.ts";
import { PodWriter } from "../../../controller/shell/pod-writer.ts";
import { startSandbox } from "../../../sandbox/sandbox.ts";
import { makeSet, sidecarPod } from "../core/make-rollout.ts";

const images = [{ container: "log", from: "log:1", to: "log:2" }];
const change = { kind: "upgrade", images, steps: [], annotates: false } as const;
const pod = sidecarPod("a", { ready: false });
const signal = new AbortController().signal;

/** The API object of a Pod record, as far as the record goes. */
function objectOf(record: Pod, resourceVersion: string): JsonObject {
  const { name, namespace, uid, labels, annotations, phase, containers, containerStatuses } = record;
  return {
    metadata: { name, namespace, uid, labels, annotations, resourceVersion },
    spec: {
      nodeName: record.nodeName,
      containers: containers.map(({ name, image }) => ({ name, image })),
    },
    status: {
      phase,
      conditions: [{ type: "Ready", status: record.ready ? "True" : "False" }],
      containerStatuses: containerStatuses.map((status) => ({ ...status })),
    },
  };
}

/** A writer whose server gives these answers to patches, one after the other, and has this Pod. */
function writerFor(
  answers: readonly (string | Error)[],
  live: JsonObject | Error = new ApiError(404, "", "gone"),
) {
  const store = new Store<Pod>({ identify: (object) => podCodec().identify(object), logger: silentLogger });
  store.put(pod);
  store.advance("1");
  const writes = new InFlightWrites();
  const sent: string[] = [];
  const client = {
    patch(_type: unknown, _address: unknown, patch: { readonly body: unknown }): Promise<JsonObject> {
      const answer = answers[sent.push(JSON.stringify(patch.body)) - 1];
      if (typeof answer !== "string") return Promise.reject(answer ?? new Error("no answer left"));
      return Promise.resolve({ metadata: { resourceVersion: answer } });
    },
    get: (): Promise<JsonObject> => (live instanceof Error ? Promise.reject(live) : Promise.resolve(live)),
  };
  const clock = new FakeClock();
  const writer = new PodWriter({
    client,
    store,
    writes,
    revisionOf: () => undefined,
    annotations: { changeFor: () => ({ kind: "change", annotations: {} }) },
    clock,
    logger: silentLogger,
  });
  const write = (guarded = false) => writer.write({ pod, ...change, guarded }, makeSet(), {}, signal);
  return { write, writer, writes, store, sent };
}

const conflict = new ApiError(409, "Conflict", "conflict");

test("one request a Pod; the write is in flight up to the version that was answered", async () => {
  const { write, writes, sent } = writerFor(["7"]);
  assert.equal(await write(), "written");
  assert.equal(sent.length, 1);
  assert.equal(writes.all.get(pod.uid)?.resourceVersion, "7");
  assert.equal(await write(), "passed over", "the cache does not show the first write yet");
  assert.equal(sent.length, 1);
});

test("a Pod that is gone or another one is passed over", async () => {
  const replaced = new ApiError(422, "Invalid", "field is immutable", {
    fields: ["metadata.uid", "metadata.uid"],
  });
  for (const answer of [conflict, new ApiError(404, "NotFound", "gone"), replaced]) {
    const { write, writes } = writerFor([answer]);
    assert.equal(await write(), "passed over");
    assert.equal(writes.all.size, 0);
  }
});

test("a Pod that has changed since it was planned for is passed over unasked", async () => {
  const { write, store, sent } = writerFor([]);
  store.put({ ...pod, resourceVersion: "2" });
  assert.equal(await write(), "passed over");
  assert.equal(sent.length, 0);
});

test("a guarded write that conflicts is done again when the Pod is still as planned", async () => {
  const { write, sent } = writerFor([conflict, "7"], objectOf(pod, "5"));
  assert.equal(await write(true), "written");
  assert.deepEqual(
    sent.map((body) => /"resourceVersion":"(\d+)"/.exec(body)?.[1]),
    ["1", "5"],
  );
});

test("a guarded write that conflicts is given up when the Pod is ready by now", async () => {
  const { write, writes, sent } = writerFor([conflict], objectOf({ ...pod, ready: true }, "5"));
  assert.equal(await write(true), "passed over");
  assert.equal(sent.length, 1);
  assert.equal(writes.all.size, 0);
});

test("a refusal is reported and leaves nothing in flight", async () => {
  const invalid = new ApiError(422, "Invalid", "no", {
    fields: ["metadata.uid", "spec.containers[0].image"],
  });
  for (const refusal of [new ApiError(403, "Forbidden", "no"), invalid]) {
    const { write, writes } = writerFor([refusal]);
    await assert.rejects(write(), { status: refusal.status });
    assert.equal(writes.all.size, 0);
  }
});

test("a server answers a write to a Pod that was re-created under its name as one that the writer passes over", async (t) => {
  const sandbox = await startSandbox({ kubelet: false });
  t.after(() => sandbox.close());
  const client = new ApiClient(directAccess(sandbox.url));
  t.after(() => client.close());
  const created = await client.create(pods, { namespace: "default" }, objectOf(pod, ""));
  const known = podFromJson(created, new PodSharing());
  const reference = { apiVersion: "v1", kind: "Pod", namespace: "default", name: pod.name };
  sandbox.client.delete(reference, { gracePeriodSeconds: 0 });
  await client.create(pods, { namespace: "default" }, objectOf(pod, ""));
  const store = new Store<Pod>({ identify: (object) => podCodec().identify(object), logger: silentLogger });
  store.put(known);
  const writes = new InFlightWrites();
  const writer = new PodWriter({
    client,
    store,
    writes,
    revisionOf: () => undefined,
    annotations: { changeFor: () => ({ kind: "change", annotations: {} }) },
    clock: new FakeClock(),
    logger: silentLogger,
  });
  const upgrade = { pod: known, ...change, guarded: false };
  assert.equal(await writer.write(upgrade, makeSet(), {}, signal), "passed over");
  assert.equal(writes.all.size, 0);
});

test("a write without an answer is in flight up to the version the Pod has", async () => {
  for (const failure of [new ConnectionError("cut", "ECONNRESET"), new ApiError(500, "", "failed")]) {
    const { write, writes } = writerFor([failure], objectOf(pod, "9"));
    await assert.rejects(write());
    assert.equal(writes.all.get(pod.uid)?.resourceVersion, "9");
    assert.equal(writes.isLost(pod.uid), false);
  }
});

test("while the Pod cannot be read either, the write stays in flight without a version", async () => {
  const { write, writer, writes } = writerFor(
    [new ConnectionError("cut", "ECONNRESET")],
    new ApiError(500, "", "failed"),
  );
  await assert.rejects(write());
  assert.equal(writes.isLost(pod.uid), true);
  assert.equal(writes.all.get(pod.uid)?.resourceVersion, undefined);
  assert.equal(await writer.settle(pod, signal), false);
});
