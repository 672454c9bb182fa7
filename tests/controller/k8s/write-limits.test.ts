import assert from "node:assert/strict";
import { test } from "node:test";
import { WriteGate } from "../../../controller/k8s/write-limits.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";

const settle = () => new Promise((resolve) => setImmediate(resolve));
const { signal } = new AbortController();

test("no more writes are under way at once than allowed; the next goes when one ends", async () => {
  const gate = new WriteGate(new FakeClock(), { inFlight: 2, perSecond: 1000, burst: 1000 });
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 5 }, () =>
    gate.run(signal, () => new Promise<void>((resolve) => ends.push(resolve))),
  );
  await settle();
  assert.equal(ends.length, 2);
  ends[0]?.();
  await settle();
  assert.equal(ends.length, 3);
  for (let index = 1; index < 5; index += 1) {
    ends[index]?.();
    await settle();
  }
  await Promise.all(all);
});

test("after the burst writes come at the rate, also after an idle time", async () => {
  const clock = new FakeClock();
  const gate = new WriteGate(clock, { inFlight: 100, perSecond: 10, burst: 3 });
  let writes = 0;
  const press = () => {
    for (let index = 0; index < 20; index += 1) {
      void gate.run(signal, () => {
        writes += 1;
        return Promise.resolve();
      });
    }
  };
  press();
  await settle();
  assert.equal(writes, 3);
  clock.advance(500);
  await settle();
  assert.equal(writes, 8);
  clock.advance(60_000);
  await settle();
  assert.equal(writes, 20);
  press();
  await settle();
  assert.equal(writes, 23);
});

test("an aborted write leaves its place to the others", async () => {
  const gate = new WriteGate(new FakeClock(), { inFlight: 1, perSecond: 1000, burst: 1000 });
  const first = Promise.withResolvers<void>();
  const running = gate.run(signal, () => first.promise);
  const stop = new AbortController();
  const aborted = gate.run(stop.signal, () => Promise.resolve());
  const last = gate.run(signal, () => Promise.resolve("went"));
  stop.abort(new Error("enough"));
  await assert.rejects(aborted, { message: "enough" });
  first.resolve();
  await running;
  assert.equal(await last, "went");
});

test("a write that fails gives its place back", async () => {
  const gate = new WriteGate(new FakeClock(), { inFlight: 1, perSecond: 1000, burst: 1000 });
  await assert.rejects(gate.run(signal, () => Promise.reject(new Error("no"))));
  assert.equal(await gate.run(signal, () => Promise.resolve("went")), "went");
});
