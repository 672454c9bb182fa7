import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { WorkQueue } from "../../../controller/runtime/work-queue.ts";
import { type Reconcile, type ReconcileOutcome, runWorkers } from "../../../controller/runtime/workers.ts";

function start(reconcile: Reconcile, workers = 1) {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock, name: "sets" });
  const outcomes: ReconcileOutcome["result"][] = [];
  const running = runWorkers({
    queue,
    reconcile,
    workers,
    controller: "sets",
    clock,
    logger: silentLogger,
    signal: new AbortController().signal,
    observe: ({ result }) => outcomes.push(result),
  });
  return { clock, queue, outcomes, running };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a pass that throws is tried again with back-off until it succeeds; its row of failures then ends", async () => {
  let passes = 0;
  const { clock, queue, outcomes, running } = start(() => {
    passes += 1;
    return passes < 3 ? Promise.reject(new Error("no")) : Promise.resolve({ kind: "done" });
  });
  queue.add("a");
  await settle();
  assert.deepEqual(clock.delays, [5]);
  clock.advance(5);
  await settle();
  assert.deepEqual(clock.delays, [10]);
  clock.advance(10);
  await settle();
  assert.deepEqual(outcomes, ["error", "error", "success"]);
  assert.equal(queue.failures("a"), 0);
  await queue.shutDown();
  await running;
});

test("a pass that wishes to come again comes after the time it named, without counting as a failure", async () => {
  const { clock, queue, outcomes, running } = start(() =>
    Promise.resolve({ kind: "requeue", afterMs: 1000, reason: "waiting for the Pod" }),
  );
  queue.add("a");
  await settle();
  assert.deepEqual(clock.delays, [1000]);
  clock.advance(1000);
  await settle();
  assert.deepEqual(outcomes, ["requeue_after", "requeue_after"]);
  assert.equal(queue.failures("a"), 0);
  await queue.shutDown();
  await running;
});

test("one key that hangs does not hold up the others", async () => {
  const hanging = Promise.withResolvers<{ kind: "done" }>();
  const seen: string[] = [];
  const { queue, running } = start((key) => {
    seen.push(key);
    return key === "slow" ? hanging.promise : Promise.resolve({ kind: "done" });
  }, 2);
  for (const key of ["slow", "a", "b"]) queue.add(key);
  await settle();
  assert.deepEqual(seen, ["slow", "a", "b"]);
  const down = queue.shutDown();
  hanging.resolve({ kind: "done" });
  await down;
  await running;
});
