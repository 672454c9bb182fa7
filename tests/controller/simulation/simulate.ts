import { mock } from "node:test";
import * as fc from "fast-check";
import { loadPolicy } from "../../../sandbox/project.ts";
import { mishaps } from "./mishaps.ts";
import { differentSets, setName } from "./objects.ts";
import { Run } from "./run.ts";
import { anyStep, type Step } from "./steps.ts";

/** How much to simulate, and where to begin; `path` is fast-check's, for a failure that is to be seen again. */
export interface SimulationOptions {
  readonly steps: number;
  readonly seed: number;
  readonly path?: string;
  /** Look for fewer steps that fail too: takes many minutes. */
  readonly shrink?: boolean;
}

/** What happened in all runs together. */
export interface SimulationReport {
  readonly runs: number;
  readonly steps: number;
  readonly podWrites: number;
  readonly resets: number;
  readonly statusWrites: number;
  readonly settingsWrites: number;
  readonly seconds: number;
}

const longestRun = 600;

/** Numbers of the sets of a name. */
function firstOf(name: string): fc.Arbitrary<number> {
  return fc.nat({ max: differentSets - 1 }).filter((set) => setName(set) === name);
}

function scenarios(): [Step[], number, number, [number, number]][] {
  return Object.values(mishaps).map(({ steps, sets }) => [[...steps], 0, 1, [...sets]]);
}

/**
 * Simulates until about so many random steps are taken. Rejects with what broke a promise, the story before it, and the
 * seed and path by which it is seen again.
 */
export async function simulate({
  steps,
  seed,
  path,
  shrink = false,
}: SimulationOptions): Promise<SimulationReport> {
  const policy = await loadPolicy();
  const started = performance.now();
  const total = { runs: 0, steps: 0, podWrites: 0, resets: 0, statusWrites: 0, settingsWrites: 0 };
  const simulation = fc.asyncProperty(
    fc.noBias(fc.array(anyStep, { minLength: 1, maxLength: longestRun, size: "max" })),
    fc.constantFrom(0, 0, 0, 40),
    fc.nat(),
    fc.tuple(firstOf("alpha"), firstOf("beta")),
    async (all, killsAfterWrites, chance, sets) => {
      // Back-off and leases are jittered: without this nothing would be seen again.
      mock.method(Math, "random", randomFrom(chance));
      const run = await Run.start(policy, { sets, killsAfterWrites });
      try {
        for (const step of all) await run.take(step);
        await run.settle();
      } finally {
        await run.stop();
      }
      const { podWrites, resets, statusWrites, settingsWrites } = run.seen;
      total.runs += 1;
      total.steps += all.length;
      total.podWrites += podWrites;
      total.resets += resets;
      total.statusWrites += statusWrites;
      total.settingsWrites += settingsWrites;
    },
  );
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: Date.UTC(2026, 0, 1) });
  try {
    const examples = scenarios();
    const numRuns = examples.length + Math.ceil((steps * 2) / longestRun);
    await fc.assert(simulation, {
      numRuns,
      seed,
      examples,
      ...(path !== undefined && { path }),
      endOnFailure: !shrink,
    });
  } finally {
    mock.timers.reset();
    mock.restoreAll();
  }
  return { ...total, seconds: (performance.now() - started) / 1000 };
}

/** Numbers like Math.random's, always the same for one seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
