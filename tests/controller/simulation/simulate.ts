import { mock } from "node:test";
import * as fc from "fast-check";
import { loadPolicy } from "../../../sandbox/project.ts";
import { Run } from "./run.ts";
import { anyStep } from "./steps.ts";

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
  readonly statusWrites: number;
  readonly settingsWrites: number;
  readonly seconds: number;
}

const longestRun = 600;

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
  const total = { runs: 0, steps: 0, podWrites: 0, statusWrites: 0, settingsWrites: 0 };
  const simulation = fc.asyncProperty(
    fc.noBias(fc.array(anyStep, { minLength: 1, maxLength: longestRun, size: "max" })),
    fc.constantFrom(0, 0, 0, 40),
    fc.nat(),
    async (all, killsAfterWrites, chance) => {
      // Back-off and leases are jittered: without this nothing would be seen again.
      mock.method(Math, "random", randomFrom(chance));
      const run = await Run.start(policy, killsAfterWrites);
      try {
        for (const step of all) await run.take(step);
        await run.settle();
      } finally {
        await run.stop();
      }
      const { podWrites, statusWrites, settingsWrites } = run.seen;
      total.runs += 1;
      total.steps += all.length;
      total.podWrites += podWrites;
      total.statusWrites += statusWrites;
      total.settingsWrites += settingsWrites;
    },
  );
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: Date.UTC(2026, 0, 1) });
  try {
    const numRuns = Math.ceil((steps * 2) / longestRun);
    await fc.assert(simulation, {
      numRuns,
      seed,
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
