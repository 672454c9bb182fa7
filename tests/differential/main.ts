/**
 * Runs random cases through OpenKruise's own code and through the release policy and the controller, and compares.
 *
 * Usage: `npm run differential -- [--cases N] [--seed S] [--record N] [AREA ...]`. Exit status 1 when an answer differs
 * in a way that `deviations.ts` does not list.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import type { AnyArea, Outcome, Spell } from "./area.ts";
import { areas } from "./areas/all.ts";
import { buildOriginal, Misuse, Original } from "./original.ts";
import { record } from "./record.ts";

const { values, positionals } = parseArgs({
  options: {
    cases: { type: "string", default: "4000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    record: { type: "string", default: "0" },
    program: { type: "string" },
  },
  allowPositionals: true,
});

const problem = values.program === undefined ? buildOriginal() : "";
if (problem !== "") console.log(`differential: skipped, because ${problem}`);
else process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const original = values.program === undefined ? new Original() : new Original(values.program);
  const release = await original.describe();
  const wanted = areas.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const spell: Spell = async (kind, document) => {
    const answer = await original.ask("spell", { [kind]: document });
    return "output" in answer ? answer.output : answer;
  };
  let passed = true;
  for (const area of wanted) {
    if (area.needs === undefined || release.features.includes(area.needs))
      passed = (await run(area)) && passed;
    else console.log(`${area.name}: skipped, because this release of OpenKruise has no ${area.needs}`);
  }
  original.close();
  return passed;

  async function run(area: AnyArea): Promise<boolean> {
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    const seed = Number(values.seed);
    const property = fc.asyncProperty(area.inputs(release), async (input) => {
      const outcome = await judged(area, input);
      count(outcome.kind === "deviation" ? outcome.name : outcome.kind);
      if (outcome.kind === "different") throw new Error(outcome.how);
    });
    const started = performance.now();
    const result = await fc.check(property, { numRuns: Number(values.cases), seed, endOnFailure: false });
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${area.name}: ${result.numRuns} cases in ${seconds} s, seed ${seed}`);
    for (const [what, number] of counts) console.log(`  ${String(number).padStart(7)} ${what}`);
    if (result.failed) {
      const [input] = result.counterexample ?? [];
      const file = `build/differential/${area.name}-${seed}.json`;
      mkdirSync("build/differential", { recursive: true });
      writeFileSync(file, JSON.stringify(input, null, 1));
      const outcome = await judged(area, input);
      console.log(
        `  ${outcome.kind === "different" ? outcome.how : String(result.errorInstance)}\n  ${JSON.stringify(input)}\n  kept in ${file}`,
      );
    } else if (Number(values.record) > 0)
      await record(area, { original, release, wanted: Number(values.record), seed });
    return !result.failed;
  }

  async function judged(area: AnyArea, input: unknown): Promise<Outcome> {
    try {
      return await area.judge(input, await area.ask(original, input), spell);
    } catch (error) {
      if (error instanceof Misuse) return { kind: "deviation", name: `not readable as OpenKruise's types` };
      throw error;
    }
  }
}
