import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { numberAt, textAt } from "../../sandbox/json/value.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { call, summary, watch } from "./api-caller.ts";
import { configMap } from "./objects.ts";

const path = "/api/v1/namespaces/default/configmaps";

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ kubelet: false });
});
beforeEach(() => sandbox.faults.clear());
after(() => sandbox.close());

async function codes(count: number, method = "GET", target = path): Promise<number[]> {
  const result: number[] = [];
  for (let index = 0; index < count; index += 1) result.push((await call(sandbox.url, method, target)).code);
  return result;
}

test("a fault happens as often as ordered, to the requests it is for", async () => {
  sandbox.faults.add({ verb: "list", path: /configmaps/, code: 500, times: 2 });
  assert.deepEqual(await codes(1, "GET", "/api/v1/namespaces"), [200]);
  assert.deepEqual(await codes(1, "GET", `${path}/none`), [404]);
  assert.deepEqual(await codes(3), [500, 500, 200]);
});

test("several faults happen one after the other", async () => {
  for (const code of [409, 410, 429]) sandbox.faults.add({ code, retryAfterSeconds: 3 });
  assert.deepEqual(await codes(4), [409, 410, 429, 200]);
});

test("429 tells when to come again, in header and body", async () => {
  sandbox.faults.add({ code: 429, retryAfterSeconds: 7 });
  const { headers, body } = await call(sandbox.url, "GET", path);
  assert.equal(headers.get("retry-after"), "7");
  assert.deepEqual(
    [textAt(body, "reason"), numberAt(body, "details", "retryAfterSeconds")],
    ["TooManyRequests", 7],
  );
});

test("every answered request is told of", async () => {
  const seen: string[] = [];
  const observed = await startSandbox({
    kubelet: false,
    onRequest: ({ verb, target, code }) =>
      void seen.push(`${verb} ${target.type.plural} ${target.name} ${code}`),
  });
  await call(observed.url, "GET", `${path}/none`);
  await call(observed.url, "POST", path, configMap("a"));
  await call(observed.url, "GET", "/version");
  await observed.close();
  assert.deepEqual(seen, ["get configmaps none 404", "create configmaps  201"]);
});

test("a delay delays", async () => {
  sandbox.faults.add({ delayMs: 60 });
  const begun = performance.now();
  await codes(1);
  assert.ok(performance.now() - begun >= 55);
});

test("a restart breaks watches and forgets history, not objects", async () => {
  sandbox.client.create(configMap("kept"));
  const before = sandbox.store.revision;
  await using open = await watch(sandbox.url, `${path}?resourceVersion=${before}`);
  const restarted = sandbox.restart(30);
  await open.ended();
  await assert.rejects(call(sandbox.url, "GET", path));
  await restarted;
  assert.deepEqual(await codes(1, "GET", `${path}/kept`), [200]);
  sandbox.client.create(configMap("later"));
  await using old = await watch(sandbox.url, `${path}?resourceVersion=${before - 1}`);
  assert.deepEqual((await old.ended()).map(summary), ["ERROR 410"]);
});

for (const [hangUp, exists] of [
  ["before", false],
  ["after", true],
] as const) {
  test(`hanging up ${hangUp} handling leaves the client without answer, the write ${exists ? "done" : "undone"}`, async () => {
    sandbox.faults.add({ verb: "create", hangUp });
    await assert.rejects(call(sandbox.url, "POST", path, configMap(`hang-up-${hangUp}`)));
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: `hang-up-${hangUp}` };
    assert.equal(sandbox.client.find(reference) !== undefined, exists);
  });
}
