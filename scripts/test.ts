/**
 * Runs every test that `npm test` promises and ends with one line of counts.
 *
 * Usage: `node scripts/test.ts [--only assembly|node] [--serial] [pattern ...]`. Patterns are globs of node test files;
 * without any, all of them run. `--serial` runs one file at a time. Exit status 1 when a test failed or when nothing ran.
 */
import { spawn } from "node:child_process";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { requireNode } from "./node-version.ts";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const NODE_TESTS = [
  "as-sdk/tests/**/*.test.ts",
  "tests/{cli,contract,controller,demo,differential,docs,packaging,sandbox,sidecarset}/**/*.test.ts",
];

/** Runs the AssemblyScript units. as-pect prints its own report; its summary lines carry the counts. */
async function assemblyUnits(): Promise<Counts> {
  const child = spawn("asp", ["--no-logo", "--summary"], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const plain = stripVTControlCharacters(output);
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, total] of plain.matchAll(/\[Tests\]:\s*(\d+)\s*\/\s*(\d+)/g)) {
    counts.passed += Number(passed);
    counts.failed += Number(total) - Number(passed);
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function nodeTests(globPatterns: string[], concurrency: boolean): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const stream = run({ globPatterns, concurrency });
  stream.on("test:summary", (summary) => {
    if (summary.file !== undefined) return;
    counts.passed = summary.counts.passed;
    counts.failed =
      summary.counts.tests - summary.counts.passed - summary.counts.skipped - summary.counts.todo;
    counts.skipped = summary.counts.skipped;
    if (!summary.success && counts.failed === 0) counts.failed = 1;
  });
  for await (const chunk of stream.compose(spec)) process.stdout.write(chunk);
  return counts;
}

requireNode();
const { values, positionals } = parseArgs({
  options: { only: { type: "string" }, serial: { type: "boolean", default: false } },
  allowPositionals: true,
});
const nothing: Counts = { passed: 0, failed: 0, skipped: 0 };
const assembly = values.only === "node" || positionals.length > 0 ? nothing : await assemblyUnits();
const patterns = positionals.length > 0 ? positionals : NODE_TESTS;
const node = values.only === "assembly" ? nothing : await nodeTests(patterns, !values.serial);

console.log(`\nAssemblyScript units: ${assembly.passed} passed, ${assembly.failed} failed`);
console.log(`Node tests: ${node.passed} passed, ${node.failed} failed, ${node.skipped} skipped`);
const passed = assembly.passed + node.passed;
const failed = assembly.failed + node.failed;
console.log(`${passed} passed, ${failed} failed, ${node.skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
