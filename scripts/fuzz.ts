/**
 * Calls the release policy with generated payloads, valid and broken ones, and watches that it keeps its promises: one
 * JSON answer, no trap, bounded time and memory, and no change of an object but the intended ones.
 *
 * Usage: `npm run fuzz -- [--cases 1000000] [--seed N] [--shards 2]`. Seed and number decide a case, so a run can be
 * repeated. A case that breaks a promise is made small and kept under tests/contract/fixtures, which `npm test` replays.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Shard, ShardReport } from "../tests/contract/fuzz/shard.ts";
import { requireNode } from "./node-version.ts";

requireNode();
const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: String(Date.now() % 0x7fffffff) },
    shards: { type: "string", default: String(availableParallelism()) },
  },
});
const [cases, seed, shards] = [Number(values.cases), Number(values.seed), Number(values.shards)];
console.log(`seed ${seed}, ${cases} cases in ${shards} shards`);

const started = performance.now();
const reports: ShardReport[] = [];

function runShard(first: number): Promise<void> {
  const workerData: Shard = { seed, first, step: shards, cases };
  const worker = new Worker(new URL("../tests/contract/fuzz/shard.ts", import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.on("message", (report: ShardReport) => {
      reports[first] = report;
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}

function summary(): string {
  const sum = (of: (report: ShardReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const seconds = (performance.now() - started) / 1000;
  const done = sum((report) => report.done);
  const slowest = Math.max(0, ...reports.map((report) => report.slowest));
  return (
    `${done} cases (${sum((report) => report.mutated)} with a mutated object) in ${seconds.toFixed(0)} s, ` +
    `${(done / seconds).toFixed(0)} a second, slowest ${slowest.toFixed(1)} ms`
  );
}

const progress = setInterval(() => console.log(summary()), 10_000);
await Promise.all(Array.from({ length: shards }, (_, first) => runShard(first)));
clearInterval(progress);
const failures = reports.flatMap((report) => report.failures);
for (const failure of failures) console.log(failure);
console.log(`${summary()}\n${failures.length} failures`);
process.exitCode = failures.length > 0 || reports.length === 0 ? 1 : 0;
