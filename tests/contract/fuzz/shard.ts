import { parentPort, workerData } from "node:worker_threads";
import { fuzzCase, type FuzzCase } from "./case.ts";
import { writeFixture } from "./fixture.ts";
import { minimised } from "./minimise.ts";
import { Promises } from "./promises.ts";

/** The part of a run that one worker does: the numbers from `first`, `step` apart. */
export interface Shard {
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly cases: number;
}

export interface ShardReport {
  readonly done: number;
  readonly mutated: number;
  readonly slowest: number;
  readonly failures: readonly string[];
}

/** More failures than these are hardly different ones. */
const ENOUGH = 5;
const PROGRESS = 5000;

function run({ seed, first, step, cases }: Shard): void {
  const promises = new Promises();
  const failures: string[] = [];
  let done = 0;
  const report = () => {
    const { mutated, slowest } = promises;
    const shardReport: ShardReport = { done, mutated, slowest, failures };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    parentPort?.postMessage(shardReport);
  };
  for (let index = first; index < cases && failures.length < ENOUGH; index += step) {
    const tried = fuzzCase(seed, index);
    const broken = promises.broken(tried);
    done++;
    if (broken !== undefined) failures.push(kept(tried, `seed ${seed}, case ${index}: ${broken}`));
    if (done % PROGRESS === 0) report();
  }
  report();
}

function kept(failing: FuzzCase, broken: string): string {
  const fails = (candidate: FuzzCase) => new Promises().broken(candidate) !== undefined;
  const smallest = fails(failing) ? minimised(failing, fails) : failing;
  return `${broken}\n  kept as tests/contract/fixtures/${writeFixture(smallest, broken)}`;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- scripts/fuzz.ts sends nothing else
run(workerData as Shard);
