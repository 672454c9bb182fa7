/**
 * Simulates the controller for long.
 *
 * Usage: `node tests/controller/simulation/main.ts [--steps N] [--seed N] [--path P] [--shrink]`. Seed and path come
 * from a failure, which `--shrink` makes shorter.
 */
import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    steps: { type: "string" },
    seed: { type: "string" },
    path: { type: "string" },
    shrink: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const { path, shrink } = values;
const report = await simulate({
  steps: Number(values.steps ?? 100_000),
  seed,
  shrink,
  ...(path !== undefined && { path }),
});
console.log(report);
