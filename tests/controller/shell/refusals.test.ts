import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, ConnectionError } from "../../../controller/k8s/api-error.ts";
import { isRefusal, Refusals } from "../../../controller/shell/refusals.ts";
import { imageIn, until, World } from "./world.ts";

test("a refused Pod is left alone for longer each time", () => {
  const refusals = new Refusals();
  let now = 0;
  for (const waitMs of [1_000, 2_000, 4_000]) {
    refusals.note("a", "no", now);
    assert.deepEqual([...refusals.current(now)], [["a", "no"]]);
    assert.equal(refusals.nextTry(["b", "a"], now), waitMs);
    now += waitMs;
    assert.equal(refusals.current(now).size, 0);
  }
  for (let times = 0; times < 20; times++) refusals.note("a", "no", now);
  assert.equal(refusals.nextTry(["a"], now), 300_000);
  refusals.forget("a");
  assert.equal(refusals.nextTry(["a"], now), undefined);
});

test("what may go well when tried again at once is no refusal", () => {
  const errors = [400, 403, 404, 409, 422, 429, 500].map((status) => new ApiError(status, "", ""));
  assert.deepEqual(
    errors.filter(isRefusal).map(({ status }) => status),
    [400, 403, 422],
  );
  assert.equal(isRefusal(new ConnectionError("cut", "ECONNRESET")), false);
});

test("one Pod that must not be changed does not hold up the others, and its turn comes", async (t) => {
  const world = await World.start(t);
  world.createSet("set", {});
  await world.reason("set", "InjectionReady", "SettingsLive");
  for (const name of ["web-0", "web-1", "web-2"]) world.createPod(name);
  await world.counters("set", "3/3/3/3");
  world.sandbox.faults.add({ method: "PATCH", path: /\/pods\/web-1/, code: 403 });
  world.editSet("set", { containers: [{ name: "log", image: "log:2" }] });
  // The server's own words, without the request: the Pod is named.
  const told =
    "; the API server refuses to change 1, and is asked again later: default/web-1 (ordered by a test)";
  await until("the refusal is told", () => (world.conditionOf("set", "Ready").message ?? "").endsWith(told));
  await world.counters("set", "3/2/3/2");
  assert.equal(imageIn(world.pod("web-1")), "log:1");
  await world.counters("set", "3/3/3/3");
});
