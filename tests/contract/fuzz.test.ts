import assert from "node:assert/strict";
import { test } from "node:test";
import { Dice, mutateBytes, mutateValues } from "./mutation.ts";
import { PAYLOADS } from "./payloads.ts";
import { brokenPromise } from "./policy.ts";

/** FUZZ_RUNS asks for more cases (a full run has 1000000), FUZZ_SEED repeats a run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 4000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fffffff);

const documents = Object.values(PAYLOADS).map(([operation, payload]) => ({
  operation,
  text: JSON.stringify(payload),
}));

/** Slowest single case in milliseconds; the real host gives up after two seconds. */
const LIMIT = 1000;

function run(change: (text: string, dice: Dice) => string | Uint8Array): number {
  let slowest = 0;
  for (let index = 0; index < RUNS / 2; index++) {
    const dice = new Dice(SEED + index * 7919);
    const { operation, text } = dice.pick(documents);
    const payload = change(text, dice);
    const started = performance.now();
    const broken = brokenPromise(operation, payload);
    slowest = Math.max(slowest, performance.now() - started);
    const shown = typeof payload === "string" ? payload : Buffer.from(payload).toString("base64");
    assert.equal(broken, undefined, `FUZZ_SEED=${SEED}, case ${index}: ${broken}\n${operation} ${shown}`);
  }
  return slowest;
}

test("valid documents with hostile values get one answer", (context) => {
  const slowest = run((text, dice) => mutateValues(text, dice, 4));
  context.diagnostic(`seed ${SEED}, ${RUNS / 2} cases, slowest ${slowest.toFixed(1)} ms`);
  assert.ok(slowest < LIMIT);
});

test("documents with changed bytes get one answer", (context) => {
  const encoder = new TextEncoder();
  const slowest = run((text, dice) => mutateBytes(encoder.encode(text), dice, 6));
  context.diagnostic(`seed ${SEED}, ${RUNS / 2} cases, slowest ${slowest.toFixed(1)} ms`);
  assert.ok(slowest < LIMIT);
});
