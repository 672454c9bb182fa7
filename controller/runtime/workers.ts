import type { Logger } from "../observability/logger.ts";
import type { Clock } from "./clock.ts";
import type { WorkQueue } from "./work-queue.ts";

/**
 * What became of one pass over a key. `done`: nothing to do until it is added again. `requeue`: come again after a time,
 * which is no failure.
 */
export type ReconcileResult =
  | { readonly kind: "done" }
  | { readonly kind: "requeue"; readonly afterMs: number; readonly reason: string };

/** Brings the world closer to what the key's object says. What it throws is logged, and the key retried with back-off. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult>;

/** One pass, for metrics. */
export interface ReconcileOutcome {
  readonly controller: string;
  readonly result: "success" | "requeue_after" | "error";
  readonly durationMs: number;
}

/** Settings of `runWorkers`. */
export interface WorkersOptions {
  readonly queue: WorkQueue;
  readonly reconcile: Reconcile;
  /** Passes at once, each over another key. */
  readonly workers: number;
  readonly controller: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Handed to `reconcile`; aborts its API calls. Does not stop the workers: the queue's `shutDown` does. */
  readonly signal: AbortSignal;
  readonly observe?: (outcome: ReconcileOutcome) => void;
}

/** Works on the queue's keys; resolves when the queue is shut down and the last pass is over. */
export async function runWorkers(options: WorkersOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.workers }, () => work(options)));
}

async function work(options: WorkersOptions): Promise<void> {
  const { queue } = options;
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    await pass(key, options);
    queue.done(key);
  }
}

async function pass(key: string, options: WorkersOptions): Promise<void> {
  const { queue, reconcile, controller, clock, logger, signal, observe } = options;
  const start = clock.monotonic();
  const report = (result: ReconcileOutcome["result"]): void =>
    observe?.({ controller, result, durationMs: clock.monotonic() - start });
  try {
    const result = await reconcile(key, signal);
    queue.forget(key);
    report(result.kind === "requeue" ? "requeue_after" : "success");
    if (result.kind === "requeue") queue.addAfter(key, result.afterMs);
  } catch (err) {
    if (signal.aborted) return;
    report("error");
    const failures = queue.failures(key) + 1;
    const retryMs = queue.retry(key);
    logger.error({ controller, key, err, failures, retryMs }, "reconcile failed");
  }
}
