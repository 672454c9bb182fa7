import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  activityCheck,
  EventLoopCheck,
  syncedCheck,
  workCheck,
} from "../../../controller/observability/health.ts";
import { type ProbeServerOptions, startProbeServer } from "../../../controller/observability/probe-server.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { WorkQueue } from "../../../controller/runtime/work-queue.ts";

async function start(t: TestContext, options: Omit<ProbeServerOptions, "port" | "host">) {
  const server = await startProbeServer({ ...options, port: 0, host: "127.0.0.1" });
  t.after(() => server.close());
  return async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, body: await response.text() };
  };
}

test("a probe answers 200 when every check passes and 503 naming the one that does not", async (t) => {
  let problem: string | undefined;
  const get = await start(t, {
    live: [{ name: "loop", problem: () => undefined }],
    ready: [
      { name: "a", problem: () => undefined },
      { name: "b", problem: () => problem },
    ],
  });
  assert.deepEqual(await get("/readyz"), { status: 200, body: "ok a\nok b\n" });
  problem = "not synced yet";
  assert.deepEqual(await get("/readyz?verbose"), { status: 503, body: "ok a\nfailed b: not synced yet\n" });
  assert.equal((await get("/livez")).status, 200);
  assert.equal((await get("/healthz")).status, 200);
});

test("what a server was not given answers 404; a failing collector answers 500", async (t) => {
  const get = await start(t, {
    metrics: { contentType: "text/plain", metrics: () => Promise.reject(new Error("broken")) },
  });
  assert.equal((await get("/livez")).status, 404);
  assert.equal((await get("/metrics")).status, 500);
  assert.equal((await get("/elsewhere")).status, 404);
});

test("a reflector is alive until it neither heard nor tried anything for three minutes", () => {
  const clock = new FakeClock();
  const reflector = { resource: "pods", hasSynced: false, lastActivity: 0 };
  const check = activityCheck(reflector, clock);
  clock.advance(179_999);
  assert.equal(check.problem(), undefined);
  clock.advance(1);
  assert.equal(check.problem(), "nothing heard or tried for 180 s");
  reflector.lastActivity = clock.monotonic();
  assert.equal(check.problem(), undefined);
});

test("a cache is ready once synced", () => {
  assert.equal(
    syncedCheck({ resource: "pods", hasSynced: false, lastActivity: 0 }).problem(),
    "not synced yet",
  );
  assert.equal(syncedCheck({ resource: "pods", hasSynced: true, lastActivity: 0 }).problem(), undefined);
});

test("the event loop is alive while its beat comes less than five seconds late", () => {
  let now = 0;
  let beat = (): void => {};
  const clock = {
    now: () => now,
    monotonic: () => now,
    after(_delay: number, callback: () => void) {
      beat = callback;
      return { cancel() {} };
    },
  };
  const check = new EventLoopCheck(clock);
  now = 1000;
  beat();
  assert.equal(check.problem(), undefined);
  now = 6999;
  assert.equal(check.problem(), undefined);
  now = 7000;
  assert.equal(check.problem(), "late by 5000 ms");
  beat();
  assert.equal(check.problem(), "late by 5000 ms");
  now = 8000;
  beat();
  assert.equal(check.problem(), undefined);
});

test("a pass that does not end for ten minutes is told by its key", async () => {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock, name: "sidecarset" });
  const check = workCheck(queue);
  assert.equal(check.name, "work-sidecarset");
  queue.add("log");
  await queue.take();
  clock.advance(599_999);
  assert.equal(check.problem(), undefined);
  clock.advance(1);
  assert.equal(check.problem(), "log has been worked on for 600 s");
  queue.done("log");
  assert.equal(check.problem(), undefined);
});
