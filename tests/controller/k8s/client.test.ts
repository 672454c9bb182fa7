import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ApiError, ConnectionError } from "../../../controller/k8s/api-error.ts";
import type { RequestOutcome } from "../../../controller/k8s/caller.ts";
import { ApiClient, type ApiClientOptions } from "../../../controller/k8s/client.ts";
import { podCodec } from "../../../controller/k8s/codec/pod-codec.ts";
import { leases, pods, sidecarSets } from "../../../controller/k8s/resource.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { bytesField, integerField, textField, WildWriter } from "./protobuf-writer.ts";
import { answer, refuse, ScriptedServer } from "./scripted-server.ts";

async function setUp(t: TestContext, options: ApiClientOptions = {}) {
  const server = await ScriptedServer.start();
  const outcomes: RequestOutcome[] = [];
  const client = new ApiClient(server.access, { observe: (outcome) => outcomes.push(outcome), ...options });
  t.after(async () => {
    client.close();
    await server.stop();
  });
  return { server, client, outcomes };
}

const pod = { namespace: "default", name: "web" };

test("get names the object by its path and authenticates", async (t) => {
  const { server, client, outcomes } = await setUp(t);
  const answered = client.get(sidecarSets, { name: "log" });
  const arrival = await server.next();
  assert.equal(arrival.method, "GET");
  assert.equal(arrival.path, "/apis/apps.kruise.io/v1beta1/sidecarsets/log");
  assert.equal(arrival.headers.authorization, "Bearer secret");
  answer(arrival, { metadata: { name: "log" } });
  assert.deepEqual(await answered, { metadata: { name: "log" } });
  assert.deepEqual(
    outcomes.map(({ method, resource, code }) => ({ method, resource, code })),
    [{ method: "GET", resource: "sidecarsets", code: "200" }],
  );
});

const patchKinds = [
  { kind: "strategic-merge", type: "application/strategic-merge-patch+json", force: null },
  { kind: "merge", type: "application/merge-patch+json", force: null },
  { kind: "json-patch", type: "application/json-patch+json", force: null },
  { kind: "apply", type: "application/apply-patch+yaml", force: "true" },
] as const;

for (const { kind, type, force } of patchKinds) {
  test(`patch: ${kind} is sent as ${type} under the field manager`, async (t) => {
    const { server, client } = await setUp(t, { fieldManager: "me" });
    const patched = client.patch(pods, { ...pod, subresource: "status" }, { kind, body: { a: 1 } });
    const arrival = await server.next();
    assert.equal(arrival.path, "/api/v1/namespaces/default/pods/web/status");
    assert.equal(arrival.headers["content-type"], type);
    assert.equal(arrival.query.get("fieldManager"), "me");
    assert.equal(arrival.query.get("force"), force);
    assert.deepEqual(JSON.parse(arrival.body), { a: 1 });
    answer(arrival, {});
    await patched;
  });
}

test("a patch may ask for the metadata alone", async (t) => {
  const { server, client } = await setUp(t);
  const patched = client.patch(pods, pod, { kind: "merge", body: {} }, { metadataOnly: true });
  const arrival = await server.next();
  assert.match(String(arrival.headers.accept), /as=PartialObjectMetadata/);
  answer(arrival, { metadata: { resourceVersion: "7" } });
  assert.deepEqual(await patched, { metadata: { resourceVersion: "7" } });
});

test("delete carries the uid as its precondition", async (t) => {
  const { server, client } = await setUp(t);
  const deleted = client.delete(pods, pod, { uid: "u1" });
  const arrival = await server.next();
  assert.deepEqual(JSON.parse(arrival.body).preconditions, { uid: "u1" });
  refuse(arrival, 409, "Conflict");
  await assert.rejects(deleted, { status: 409 });
});

test("an answer other than 2xx becomes an ApiError with the Status's reason and message", async (t) => {
  const { server, client } = await setUp(t);
  const answered = client.get(pods, pod);
  refuse(await server.next(), 404, "NotFound");
  await assert.rejects(answered, (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 404);
    assert.equal(error.reason, "NotFound");
    assert.equal(error.message, "GET /api/v1/namespaces/default/pods/web: NotFound it is");
    assert.equal(error.retryAfterSeconds, undefined);
    return true;
  });
});

test("a refusal in protobuf, as servers send to those who asked for it, is read like one in JSON", async (t) => {
  const { server, client } = await setUp(t);
  const writer = new WildWriter(7);
  const status = writer.message([
    textField(2, "Failure"),
    textField(3, "pods is forbidden"),
    textField(4, "Forbidden"),
    bytesField(5, writer.message([textField(2, "pods"), integerField(5, 3)])),
    integerField(6, 403),
  ]);
  const { accept } = podCodec();
  const answered = client.read("/api/v1/pods", "pods", accept, new AbortController().signal);
  const { response } = await server.next();
  response.writeHead(403, { "content-type": "application/vnd.kubernetes.protobuf" });
  response.end(Buffer.concat([Buffer.from("k8s\0"), writer.message([bytesField(2, status)])]));
  await assert.rejects(answered, {
    name: "ApiError",
    status: 403,
    reason: "Forbidden",
    message: "GET /api/v1/pods: pods is forbidden",
    retryAfterSeconds: 3,
  });
});

test("an answer that is no Status still tells its first words", async (t) => {
  const { server, client } = await setUp(t);
  const answered = client.get(pods, pod);
  const { response } = await server.next();
  response.writeHead(502).end("<html>bad gateway");
  await assert.rejects(answered, { status: 502, reason: "", message: /<html>bad gateway/ });
});

test("an answer that is not JSON, as a proxy's page, is a DecodeError", async (t) => {
  const { server, client } = await setUp(t);
  const answered = client.get(pods, pod);
  (await server.next()).response.end("<html>please log in");
  await assert.rejects(answered, { name: "DecodeError" });
});

test("requests follow each other on kept connections; eight at once at most, and a watch takes none of them", async (t) => {
  const { server, client } = await setUp(t);
  const watching = client.stream("/watch", "pods", "application/json", new AbortController().signal);
  const watch = await server.next();
  watch.response.writeHead(200).flushHeaders();
  const stream = await watching;
  const sockets = new Set<object>();
  const all = Promise.all(Array.from({ length: 20 }, () => client.get(pods, pod)));
  for (let round = 0; round < 20; round += 1) {
    const arrival = await server.next();
    sockets.add(arrival.socket);
    answer(arrival, {});
  }
  await all;
  assert.ok(sockets.size <= 8, `${sockets.size} sockets`);
  assert.ok(!sockets.has(watch.socket));
  stream.body.destroy();
});

test("a kept connection that the server closes in the moment of use costs a second try, unless it creates", async (t) => {
  const { server, client } = await setUp(t, { sockets: 1 });
  const warm = client.get(pods, pod);
  answer(await server.next(), {});
  await warm;
  const patched = client.patch(pods, pod, { kind: "merge", body: {} });
  (await server.next()).response.destroy();
  answer(await server.next(), { again: true });
  assert.deepEqual(await patched, { again: true });
  const created = client.create(pods, { namespace: "default" }, {});
  (await server.next()).response.destroy();
  await assert.rejects(created, ConnectionError);
});

test("no answer in time is a ConnectionError with code ETIMEDOUT", async (t) => {
  const clock = new FakeClock();
  const { server, client, outcomes } = await setUp(t, { clock, timeoutMs: 500 });
  const answered = client.get(pods, pod);
  await server.next();
  clock.advance(500);
  await assert.rejects(answered, { name: "ConnectionError", code: "ETIMEDOUT" });
  assert.equal(outcomes[0]?.code, "<error>");
  assert.deepEqual(clock.delays, []);
});

test("a refused connection is a ConnectionError that keeps Node's code", async () => {
  const server = await ScriptedServer.start();
  const { access } = server;
  await server.stop();
  const client = new ApiClient(access);
  await assert.rejects(client.get(pods, pod), { name: "ConnectionError", code: "ECONNREFUSED" });
});

test("an aborted signal rejects a request under way with its reason", async (t) => {
  const { server, client } = await setUp(t);
  const stop = new AbortController();
  const answered = client.get(pods, pod, { signal: stop.signal });
  await server.next();
  stop.abort(new Error("enough"));
  await assert.rejects(answered, { message: "enough" });
});

test("429 with Retry-After: the request is sent again after the pause, and all others wait for it too", async (t) => {
  const clock = new FakeClock();
  const { server, client } = await setUp(t, { clock });
  const patched = client.patch(pods, pod, { kind: "merge", body: {} });
  refuse(await server.next(), 429, "TooManyRequests", { "retry-after": "2" });
  while (clock.delays[0] !== 2000) await new Promise((resolve) => setImmediate(resolve));
  const other = client.get(pods, { namespace: "default", name: "other" });
  const lease = client.get(leases, { namespace: "default", name: "lease" }, { urgent: true });
  const urgent = await server.next();
  assert.match(urgent.path, /leases/, "an urgent call does not wait");
  answer(urgent, {});
  await lease;
  assert.equal(server.unasked, 0);
  clock.advance(2000);
  const paths: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    const arrival = await server.next();
    paths.push(arrival.method);
    answer(arrival, {});
  }
  assert.deepEqual(paths.sort(), ["GET", "PATCH"]);
  await Promise.all([patched, other]);
});

test("a server that keeps saying 429 is asked four times, then the error comes with its pause", async (t) => {
  const { server, client } = await setUp(t);
  const answered = client.get(pods, pod);
  for (let tries = 0; tries < 4; tries += 1) {
    refuse(await server.next(), 429, "TooManyRequests", { "retry-after": "0" });
  }
  await assert.rejects(answered, { status: 429, retryAfterSeconds: 0 });
});

test("a credential refused with 401 is read anew, once", async (t) => {
  const server = await ScriptedServer.start();
  const asked: boolean[] = [];
  const authorization = (refused: boolean) => {
    asked.push(refused);
    return Promise.resolve({ authorization: refused ? "Bearer new" : "Bearer old" });
  };
  const client = new ApiClient({ ...server.access, authorization });
  t.after(async () => {
    client.close();
    await server.stop();
  });
  const answered = client.get(pods, pod);
  refuse(await server.next(), 401, "Unauthorized");
  const second = await server.next();
  assert.equal(second.headers.authorization, "Bearer new");
  answer(second, {});
  await answered;
  assert.deepEqual(asked, [false, true]);
});

test("a path of the server's URL comes before every path", async (t) => {
  const server = await ScriptedServer.start();
  const url = new URL("/k8s/clusters/c1", server.access.server);
  const client = new ApiClient({ ...server.access, server: url });
  t.after(async () => {
    client.close();
    await server.stop();
  });
  const answered = client.get(pods, pod);
  const arrival = await server.next();
  assert.equal(arrival.path, "/k8s/clusters/c1/api/v1/namespaces/default/pods/web");
  answer(arrival, {});
  await answered;
});

test("no write is sent once its sender may not write, not even one that waited; reads and urgent writes are", async (t) => {
  let may = true;
  const { server, client } = await setUp(t, { mayWrite: () => may });
  const told = client.patch(pods, pod, { kind: "merge", body: {} });
  const arrival = await server.next();
  may = false;
  refuse(arrival, 429, "TooManyRequests", { "retry-after": "0" });
  await assert.rejects(told, {
    name: "WriteWithheld",
    message: "PATCH /api/v1/namespaces/default/pods/web: not sent, writing is over",
  });
  await assert.rejects(client.create(pods, { namespace: "default" }, {}), { name: "WriteWithheld" });
  const read = client.get(pods, pod);
  answer(await server.next(), {});
  await read;
  const lease = client.replace(leases, pod, {}, { urgent: true });
  answer(await server.next(), {});
  await lease;
  assert.equal(server.unasked, 0);
});
