import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep, systemClock } from "../../../controller/runtime/clock.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";

test("a fake clock makes calls when they fall due, in order, those set on the way too", () => {
  const clock = new FakeClock(1000);
  const calls: string[] = [];
  clock.after(30, () => calls.push(`c at ${clock.monotonic()}`));
  clock.after(10, () => {
    calls.push(`a at ${clock.now()}`);
    clock.after(10, () => calls.push(`b at ${clock.monotonic()}`));
  });
  clock.after(20, () => calls.push("cancelled")).cancel();
  clock.advance(29);
  assert.deepEqual(calls, ["a at 1010", "b at 20"]);
  clock.advance(1);
  assert.deepEqual(calls, ["a at 1010", "b at 20", "c at 30"]);
});

test("sleep resolves in time and rejects when aborted, leaving no timer", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const slept = sleep(clock, 50, stop.signal);
  clock.advance(50);
  await slept;
  const aborted = sleep(clock, 50, stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(aborted, { message: "enough" });
  await assert.rejects(sleep(clock, 50, stop.signal), { message: "enough" });
  assert.deepEqual(clock.delays, []);
});

test("the system clock takes waits longer than Node's timers", async () => {
  let called = false;
  const timer = systemClock.after(2 ** 40, () => {
    called = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  timer.cancel();
  assert.equal(called, false);
});
