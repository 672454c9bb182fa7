import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import {
  type Lease,
  type LeaseAccess,
  LeaseConflict,
  type LeaseContent,
  LeaderElection,
} from "../../../controller/runtime/leader-election.ts";

/** What happens to the next request: it works, fails, works but its answer is lost, or nothing is heard of it. */
type Fate = "works" | "fails" | "answer-lost" | "silent";

/** A lease kept in memory. */
class MemoryLease {
  lease: Lease | undefined;
  writes = 0;
  fate: () => Fate = () => "works";

  access(): LeaseAccess {
    return {
      read: (signal) => this.#request(signal, () => this.lease),
      create: (content, signal) => this.#request(signal, () => this.#write(undefined, content)),
      replace: (lease, content, signal) => this.#request(signal, () => this.#write(lease, content)),
    };
  }

  #write(expected: Lease | undefined, content: LeaseContent): Lease {
    if (expected?.resourceVersion !== this.lease?.resourceVersion) throw new LeaseConflict("conflict");
    this.writes += 1;
    this.lease = { ...content, resourceVersion: String(this.writes) };
    return this.lease;
  }

  #request<T>(signal: AbortSignal, perform: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      const fate = this.fate();
      if (fate === "silent") return;
      setImmediate(() => {
        try {
          if (fate === "fails") throw new Error("server is down");
          const answer = perform();
          if (fate === "answer-lost") throw new Error("connection was cut");
          resolve(answer);
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}

const settle = async () => {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

class Candidate {
  readonly stop = new AbortController();
  readonly history: boolean[] = [];
  readonly election: LeaderElection;
  end: string | undefined;

  constructor(memory: MemoryLease, clock: FakeClock, identity: string) {
    this.election = new LeaderElection({
      lease: memory.access(),
      identity,
      clock,
      logger: silentLogger,
      random: () => 0.5,
      observe: (leads) => this.history.push(leads),
    });
    void this.#run();
  }

  get leads(): boolean {
    return this.end === undefined && this.election.leads;
  }

  async #run(): Promise<void> {
    this.end = await this.election.run(this.stop.signal);
  }
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1000) {
    clock.advance(Math.min(1000, ms - passed));
    await settle();
  }
}

test("the first candidate leads at once, others wait; the leader writes once per five seconds", async () => {
  const memory = new MemoryLease();
  const clock = new FakeClock();
  const a = new Candidate(memory, clock, "a");
  await settle();
  const b = new Candidate(memory, clock, "b");
  await settle();
  await a.election.elected;
  assert.deepEqual([a.leads, b.leads], [true, false]);
  await pass(clock, 60_000);
  assert.deepEqual([a.leads, b.leads], [true, false]);
  assert.equal(memory.writes, 13);
  assert.deepEqual(a.history, [false, true]);
});

test("a lease given back is taken at the next look", async () => {
  const memory = new MemoryLease();
  const clock = new FakeClock();
  const a = new Candidate(memory, clock, "a");
  await settle();
  const b = new Candidate(memory, clock, "b");
  await pass(clock, 7000);
  a.stop.abort(new Error("stopping"));
  await settle();
  assert.equal(a.end, "released");
  assert.deepEqual(a.history, [false, true, false]);
  await pass(clock, 5000);
  assert.equal(b.leads, true);
  assert.equal(memory.lease?.transitions, 1);
});

test("a leader that died is followed after the lease's duration, and not before", async () => {
  const memory = new MemoryLease();
  memory.lease = { resourceVersion: "1", holder: "dead", durationMs: 15_000, transitions: 4 };
  memory.writes = 1;
  const clock = new FakeClock();
  const b = new Candidate(memory, clock, "b");
  await settle();
  await pass(clock, 14_000);
  assert.equal(b.leads, false);
  await pass(clock, 6000);
  assert.equal(b.leads, true);
  assert.equal(memory.lease.transitions, 5);
});

test("a leader that cannot renew stops before others take over, and says that it lost", async () => {
  const memory = new MemoryLease();
  const clock = new FakeClock();
  const a = new Candidate(memory, clock, "a");
  await settle();
  memory.fate = () => "silent";
  await pass(clock, 9000);
  assert.equal(a.leads, true);
  await pass(clock, 1000);
  assert.equal(a.leads, false);
  await pass(clock, 3000);
  assert.equal(a.end, "lost");
});

test("a leader that finds another holder has lost at once", async () => {
  const memory = new MemoryLease();
  const clock = new FakeClock();
  const a = new Candidate(memory, clock, "a");
  await settle();
  memory.lease = { resourceVersion: "99", holder: "thief", durationMs: 15_000, transitions: 1 };
  await pass(clock, 8000);
  assert.equal(a.end, "lost");
});

test("a renewal whose answer was lost is no loss of the lease", async () => {
  const memory = new MemoryLease();
  const clock = new FakeClock();
  const a = new Candidate(memory, clock, "a");
  await settle();
  const fates: Fate[] = ["answer-lost"];
  memory.fate = () => fates.shift() ?? "works";
  await pass(clock, 30_000);
  assert.equal(a.leads, true);
  assert.equal(memory.lease?.holder, "a");
  assert.equal(memory.lease.transitions, 0);
});

test("under any faults at most one leads, and somebody does once they are over", async () => {
  const fate = fc.constantFrom<Fate>("works", "works", "works", "fails", "answer-lost", "silent");
  const step = fc.record({
    fates: fc.array(fate, { maxLength: 4 }),
    ms: fc.integer({ min: 100, max: 4000 }),
    kill: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const memory = new MemoryLease();
      const clock = new FakeClock();
      const candidates = ["a", "b", "c"].map((name) => new Candidate(memory, clock, name));
      let born = 0;
      const check = () => {
        const leaders = candidates.filter(({ leads }) => leads);
        assert.ok(leaders.length <= 1, `${leaders.length} lead`);
      };
      for (const { fates, ms, kill } of steps) {
        const queue = [...fates];
        memory.fate = () => queue.shift() ?? "works";
        for (let passed = 0; passed < ms; passed += 250) {
          clock.advance(250);
          check();
          await settle();
          check();
        }
        const [first] = candidates;
        if (kill && first !== undefined) first.stop.abort(new Error("killed"));
        await settle();
        for (const [index, { end }] of candidates.entries()) {
          if (end !== undefined) candidates[index] = new Candidate(memory, clock, `new-${(born += 1)}`);
        }
      }
      memory.fate = () => "works";
      await pass(clock, 40_000);
      assert.equal(candidates.filter(({ leads }) => leads).length, 1);
      for (const { stop } of candidates) stop.abort(new Error("over"));
      await settle();
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 25) },
  );
});
