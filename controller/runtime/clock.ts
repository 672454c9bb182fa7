import { setTimeout as schedule } from "node:timers";

/** Time as the controller sees it; tests put `FakeClock` in its place. */
export interface Clock {
  /** Wall clock: milliseconds since the epoch. For timestamps that people read. */
  now(): number;
  /** Milliseconds since some start; never goes back. For every measure of how long something took. */
  monotonic(): number;
  /** Calls `callback` once, `delayMs` from now at the earliest. The timer keeps the process alive. */
  after(delayMs: number, callback: () => void): Timer;
}

/** A call that is still to come. */
export interface Timer {
  /** Does nothing when the call has been made or was cancelled before. */
  cancel(): void;
}

/** Node runs a longer timeout at once instead of late. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timeout = schedule(callback, Math.min(Math.max(delayMs, 0), longestTimeoutMs));
    return { cancel: () => clearTimeout(timeout) };
  },
};

/** Resolves after `delayMs`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = (): void => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.after(delayMs, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}
