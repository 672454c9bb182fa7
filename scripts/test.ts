/**
 * Runs every test that `npm test` promises and ends with one line of counts.
 *
 * Usage: `node scripts/test.ts [--only assembly|node] [--serial] [--retry] [pattern ...]`. Patterns are globs of node test
 * files; without any, all of them run. `--serial` runs one file at a time. `--retry` runs files with a failure once more, one
 * at a time, counts what the second run says, and names them as flaky if it passes. Exit status 1 when a test failed or when
 * nothing ran.
 */
import { spawn } from "node:child_process";
import { run, type RunOptions } from "node:test";
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

/** Runs node test files; the counts of each by its path. */
async function nodeTests(options: RunOptions): Promise<Map<string, Counts>> {
  const files = new Map<string, Counts>();
  const stream = run(options);
  stream.on("test:summary", ({ file, counts }) => {
    if (file === undefined) return;
    const { tests, passed, skipped, todo } = counts;
    files.set(file, { passed, failed: tests - passed - skipped - todo, skipped });
  });
  // A file that ends before its first test has no summary.
  const broken = new Set<string>();
  stream.on("test:fail", ({ file }) => broken.add(file ?? "unknown"));
  for await (const chunk of stream.compose(spec)) process.stdout.write(chunk);
  for (const file of broken) {
    if ((files.get(file)?.failed ?? 0) === 0)
      files.set(file, { passed: 0, skipped: 0, ...files.get(file), failed: 1 });
  }
  return files;
}

/** Runs the files with a failure again, puts the new counts in the place of the first, and says which are flaky. */
async function retryFailed(files: Map<string, Counts>): Promise<void> {
  const failed = [...files].filter(([, counts]) => counts.failed > 0).map(([file]) => file);
  if (failed.length === 0) return;
  console.log(`\nagain, by themselves: ${failed.join(", ")}`);
  const again = await nodeTests({ files: failed, concurrency: false });
  for (const [file, counts] of again) {
    files.set(file, counts);
    if (counts.failed === 0) console.log(`flaky: ${file} failed at first and passes alone`);
  }
}

requireNode();
const { values, positionals } = parseArgs({
  options: {
    only: { type: "string" },
    serial: { type: "boolean", default: false },
    retry: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const nothing: Counts = { passed: 0, failed: 0, skipped: 0 };
const assembly = values.only === "node" || positionals.length > 0 ? nothing : await assemblyUnits();
const patterns = positionals.length > 0 ? positionals : NODE_TESTS;
const node = { ...nothing };
if (values.only !== "assembly") {
  const files = await nodeTests({ globPatterns: patterns, concurrency: !values.serial });
  if (values.retry) await retryFailed(files);
  for (const { passed, failed, skipped } of files.values()) {
    node.passed += passed;
    node.failed += failed;
    node.skipped += skipped;
  }
}

console.log(`\nAssemblyScript units: ${assembly.passed} passed, ${assembly.failed} failed`);
console.log(`Node tests: ${node.passed} passed, ${node.failed} failed, ${node.skipped} skipped`);
const passed = assembly.passed + node.passed;
const failed = assembly.failed + node.failed;
console.log(`${passed} passed, ${failed} failed, ${node.skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
