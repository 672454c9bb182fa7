/**
 * Builds what the cache lacks of the control plane.
 *
 * Usage: `node tests/e2e/control-plane/build.ts [--within-minutes N]`. After N minutes it gives up. Exit status 1 when
 * something could not be built: without it the cases on a real control plane are skipped.
 */
import { parseArgs } from "node:util";
import { findBinaries } from "./binaries.ts";

const { values } = parseArgs({ options: { "within-minutes": { type: "string" } } });
const minutes = Number(values["within-minutes"] ?? Number.POSITIVE_INFINITY);
const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort()).once("SIGINT", () => stopping.abort());
const timeout = Number.isFinite(minutes) ? [AbortSignal.timeout(minutes * 60_000)] : [];
const signal = AbortSignal.any([stopping.signal, ...timeout]);
const started = performance.now();
try {
  const found = await findBinaries({
    build: true,
    signal,
    report: ({ program, seconds, bytes }) =>
      console.log(`built ${program}: ${seconds.toFixed(0)} s, ${(bytes / 1e6).toFixed(1)} MB`),
  });
  const minutesTaken = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(
    found.kind === "absent"
      ? `skipped, because ${found.reason}`
      : `control plane from ${found.source}, ready after ${minutesTaken} min`,
  );
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  const kept = "what is built is kept for the next time";
  if (stopping.signal.aborted) console.log(`interrupted; ${kept}`);
  else console.log(signal.aborted ? `not built within ${minutes} min; ${kept}` : `not built: ${reason}`);
  process.exitCode = 1;
}
