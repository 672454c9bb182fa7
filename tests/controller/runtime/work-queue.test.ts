import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { type QueueActivity, WorkQueue } from "../../../controller/runtime/work-queue.ts";

function makeQueue() {
  const clock = new FakeClock();
  const activities: QueueActivity[] = [];
  const queue = new WorkQueue({ clock, name: "sets", observe: (activity) => activities.push(activity) });
  return { clock, queue, activities };
}

/** The keys waiting now, given back at once. */
async function drain(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth > 0) {
    const key = await queue.take();
    assert.ok(key !== undefined);
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

test("a key added several times before it is taken comes once, in the order of first addition", async () => {
  const { queue } = makeQueue();
  for (const key of ["b", "a", "b", "c", "a"]) queue.add(key);
  assert.deepEqual(await drain(queue), ["b", "a", "c"]);
});

test("a key added while it is worked on is not given to a second worker, and comes again after done", async () => {
  const { queue } = makeQueue();
  queue.add("a");
  assert.equal(await queue.take(), "a");
  queue.add("a");
  queue.add("a");
  assert.equal(queue.depth, 0);
  queue.done("a");
  assert.deepEqual(await drain(queue), ["a"]);
});

test("a waiting worker gets the next key", async () => {
  const { queue } = makeQueue();
  const first = queue.take();
  const second = queue.take();
  queue.add("a");
  queue.add("b");
  assert.deepEqual([await first, await second], ["a", "b"]);
});

test("a delayed key comes when its time is over, once, at the earliest of its times", async () => {
  const { queue, clock } = makeQueue();
  queue.addAfter("a", 100);
  queue.addAfter("a", 50);
  queue.addAfter("a", 70);
  queue.addAfter("b", 60);
  assert.equal(clock.delays.length, 1, "one timer for all delayed keys");
  clock.advance(49);
  assert.equal(queue.depth, 0);
  clock.advance(1);
  assert.deepEqual(await drain(queue), ["a"]);
  clock.advance(100);
  assert.deepEqual(await drain(queue), ["b"]);
  assert.deepEqual(clock.delays, []);
});

test("delayed keys come in the order of their times, whatever the order of addition", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 40 }), async (delays) => {
      const { queue, clock } = makeQueue();
      for (const [index, delay] of delays.entries()) queue.addAfter(`${delay}-${index}`, delay);
      clock.advance(1000);
      const came = (await drain(queue)).map((key) => Number(key.split("-")[0]));
      assert.deepEqual(
        came,
        delays.toSorted((a, b) => a - b),
      );
    }),
  );
});

test("retries wait 5 ms, twice as long each time, never more than 1000 s, and start again after forget", async () => {
  const { queue, clock } = makeQueue();
  const delays: number[] = [];
  for (let failure = 0; failure < 20; failure += 1) {
    delays.push(queue.retry("a"));
    clock.advance(1_000_000);
    await drain(queue);
  }
  assert.deepEqual(delays.slice(0, 4), [5, 10, 20, 40]);
  assert.deepEqual(delays.slice(17), [655_360, 1_000_000, 1_000_000]);
  assert.equal(queue.failures("a"), 20);
  queue.forget("a");
  assert.equal(queue.retry("a"), 5);
});

test("shutDown wakes waiting workers, drops what waits, and resolves when the last work is done", async () => {
  const { queue, clock } = makeQueue();
  queue.add("a");
  assert.equal(await queue.take(), "a");
  const idle = queue.take();
  queue.addAfter("b", 10);
  let drained = false;
  const down = (async () => {
    await queue.shutDown();
    drained = true;
  })();
  assert.equal(await idle, undefined);
  assert.deepEqual(clock.delays, []);
  queue.add("c");
  assert.equal(await queue.take(), undefined);
  assert.equal(drained, false);
  queue.done("a");
  await down;
  assert.equal(drained, true);
});

test("activities tell depth, waiting time and working time", async () => {
  const { queue, clock, activities } = makeQueue();
  queue.add("a");
  clock.advance(30);
  await queue.take();
  clock.advance(7);
  queue.done("a");
  queue.retry("a");
  assert.deepEqual(activities, [
    { kind: "added", queue: "sets", depth: 1 },
    { kind: "taken", queue: "sets", depth: 0, waitedMs: 30 },
    { kind: "done", queue: "sets", workedMs: 7 },
    { kind: "retried", queue: "sets", depth: 0 },
  ]);
});

test("no key is lost and none is worked on twice at once, for any order of calls", async () => {
  const call = fc.record({
    kind: fc.constantFrom("add", "after", "take", "done", "advance"),
    key: fc.constantFrom("a", "b", "c"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 80 }), async (calls) => {
      const { queue, clock } = makeQueue();
      const wanted = new Set<string>();
      const working = new Set<string>();
      const start = async (): Promise<void> => {
        const key = await queue.take();
        assert.ok(key !== undefined);
        assert.ok(!working.has(key), `${key} is worked on already`);
        working.add(key);
        wanted.delete(key);
      };
      for (const { kind, key } of calls) {
        if (kind === "add" || kind === "after") {
          wanted.add(key);
          queue.addAfter(key, kind === "add" ? 0 : 5);
        } else if (kind === "advance") clock.advance(5);
        else if (kind === "take" && queue.depth > 0) await start();
        else if (kind === "done" && working.delete(key)) queue.done(key);
      }
      for (const key of working) queue.done(key);
      working.clear();
      clock.advance(5);
      while (queue.depth > 0) await start();
      assert.deepEqual([...wanted], []);
    }),
  );
});
