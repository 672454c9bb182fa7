import assert from "node:assert/strict";
import { test } from "node:test";
import { EventSeries } from "../../../controller/core/event-series.ts";
import { ApiError, WriteWithheld } from "../../../controller/k8s/api-error.ts";
import type { Logger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { recordEvent } from "../../../controller/shell/event-recorder.ts";
import { whileWriting } from "../../../controller/shell/withheld-writes.ts";

const { signal } = new AbortController();

/** A logger that keeps `level: message` of every line. */
function keepingLogger(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = [];
  const at = (level: string) => (_fields: unknown, message: string) =>
    void lines.push(`${level}: ${message}`);
  const logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { lines, logger };
}

test("a pass whose write is withheld ends without an error and comes again", async () => {
  const { lines, logger } = keepingLogger();
  const withheld = (): never => {
    throw new WriteWithheld("PATCH /api/v1/pods/a: not sent, writing is over");
  };
  const reconcile = whileWriting(() => Promise.resolve().then(withheld), "sidecarset", logger);
  assert.deepEqual(await reconcile("set", signal), {
    kind: "requeue",
    afterMs: 1_000,
    reason: "does not lead",
  });
  assert.deepEqual(lines, ["debug: Pass ended, this process does not lead"]);
});

test("other failures and results of a pass stay what they are", async () => {
  const { lines, logger } = keepingLogger();
  const failure = new ApiError(500, "", "no");
  const failing = whileWriting(() => Promise.reject(failure), "sidecarset", logger);
  await assert.rejects(failing("set", signal), failure);
  const done = { kind: "done" } as const;
  const ending = whileWriting(() => Promise.resolve(done), "sidecarset", logger);
  assert.equal(await ending("set", signal), done);
  assert.deepEqual(lines, []);
});

test("an Event that is withheld is no warning, one that is refused is", async () => {
  for (const [error, level] of [
    [new WriteWithheld("not sent"), "debug"],
    [new ApiError(403, "Forbidden", "no"), "warn"],
  ] as const) {
    const { lines, logger } = keepingLogger();
    const client = { create: () => Promise.reject(error), patch: () => Promise.reject(error) };
    const recorder = { client, clock: new FakeClock(), logger, series: new EventSeries(), instance: "one" };
    const regarding = {
      apiVersion: "v1",
      kind: "Pod",
      namespace: "default",
      name: "a",
      uid: "1",
      resourceVersion: "1",
    };
    const notice = { type: "Normal", reason: "Some", action: "Doing", note: "some" } as const;
    await recordEvent(recorder, regarding, notice);
    assert.deepEqual(lines, [`${level}: Event not written`]);
  }
});
