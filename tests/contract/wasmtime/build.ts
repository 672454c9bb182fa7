/**
 * Builds the wasmtime host, unless it is in the cache.
 *
 * Usage: `node tests/contract/wasmtime/build.ts [--within-minutes N]`. After N minutes it gives up and keeps what it has
 * for the next time. Exit status 1 when the host cannot be built; without cargo or time its tests are skipped.
 */
import { parseArgs } from "node:util";
import { buildProgram } from "./program.ts";

const { values } = parseArgs({ options: { "within-minutes": { type: "string" } } });
const started = performance.now();
const program = await buildProgram(Number(values["within-minutes"] ?? Number.POSITIVE_INFINITY));
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
if (program.kind === "built") console.log(`wasmtime host ready after ${minutes} min`);
else console.log(`skipped, because ${program.reason}`);
