import assert from "node:assert/strict";
import { test } from "node:test";
import { pinoLogger } from "../../../controller/observability/pino-logger.ts";

test("a line is JSON with time, level, fields and message; quieter levels are left out", () => {
  const lines: string[] = [];
  const logger = pinoLogger("info", { write: (line: string) => void lines.push(line) });
  logger.debug({ set: "log" }, "not written");
  logger.warn({ set: "log", err: new Error("broken") }, "write failed");
  assert.equal(lines.length, 1);
  const { time, err, ...rest } = JSON.parse(lines[0] ?? "");
  assert.deepEqual(rest, { level: "warn", set: "log", msg: "write failed" });
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal(err.message, "broken");
});
