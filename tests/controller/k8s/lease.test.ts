import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ApiClient } from "../../../controller/k8s/client.ts";
import { leaseAccess } from "../../../controller/k8s/lease.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { answer, refuse, ScriptedServer } from "./scripted-server.ts";

const { signal } = new AbortController();
const address = { namespace: "sidecarset-system", name: "sidecarset-controller" };
const path = "/apis/coordination.k8s.io/v1/namespaces/sidecarset-system/leases";

async function setUp(t: TestContext) {
  const server = await ScriptedServer.start();
  const client = new ApiClient(server.access);
  t.after(async () => {
    client.close();
    await server.stop();
  });
  const clock = new FakeClock(Date.parse("2026-01-02T03:04:05.678Z"));
  return { server, clock, lease: leaseAccess(client, address, clock) };
}

test("an absent lease reads as undefined; the first holder creates it", async (t) => {
  const { server, lease } = await setUp(t);
  const read = lease.read(signal);
  refuse(await server.next(), 404, "NotFound");
  assert.equal(await read, undefined);
  const created = lease.create({ holder: "a", durationMs: 15_000, transitions: 0 }, signal);
  const arrival = await server.next();
  assert.deepEqual([arrival.method, arrival.path], ["POST", path]);
  const body = JSON.parse(arrival.body);
  assert.deepEqual(body.spec, {
    holderIdentity: "a",
    leaseDurationSeconds: 15,
    leaseTransitions: 0,
    acquireTime: "2026-01-02T03:04:05.678000Z",
    renewTime: "2026-01-02T03:04:05.678000Z",
  });
  answer(arrival, { ...body, metadata: { ...body.metadata, resourceVersion: "7" } }, 201);
  assert.deepEqual(await created, { resourceVersion: "7", holder: "a", durationMs: 15_000, transitions: 0 });
});

test("a renewal puts over the version read and keeps the time of acquisition", async (t) => {
  const { server, clock, lease } = await setUp(t);
  const content = { holder: "a", durationMs: 15_000, transitions: 1 };
  for (const [renewal, want] of ["05.678", "10.678"].entries()) {
    const replaced = lease.replace({ ...content, resourceVersion: String(renewal) }, content, signal);
    const arrival = await server.next();
    assert.deepEqual([arrival.method, arrival.path], ["PUT", `${path}/sidecarset-controller`]);
    const body = JSON.parse(arrival.body);
    assert.equal(body.metadata.resourceVersion, String(renewal));
    assert.equal(body.spec.acquireTime, "2026-01-02T03:04:05.678000Z");
    assert.equal(body.spec.renewTime, `2026-01-02T03:04:${want}000Z`);
    answer(arrival, body);
    await replaced;
    clock.advance(5000);
  }
});

test("a write over another's is a LeaseConflict; other refusals stay what they are", async (t) => {
  const { server, lease } = await setUp(t);
  const content = { holder: "a", durationMs: 15_000, transitions: 1 };
  const replaced = lease.replace({ ...content, resourceVersion: "1" }, content, signal);
  refuse(await server.next(), 409, "Conflict");
  await assert.rejects(replaced, { name: "LeaseConflict" });
  const read = lease.read(signal);
  refuse(await server.next(), 403, "Forbidden");
  await assert.rejects(read, { name: "ApiError", status: 403 });
});
