import { type Clock, sleep } from "../runtime/clock.ts";

/** How hard one client may press the API server with writes. */
export interface WriteLimits {
  /** Requests under way at once. Above 8 an API server gains nothing and answers later. */
  readonly inFlight: number;
  readonly perSecond: number;
  /** Requests that may go at once after a pause. */
  readonly burst: number;
}

/** The knee of the measured curve, and about twice controller-runtime's rate. */
export const defaultWriteLimits: WriteLimits = { inFlight: 8, perSecond: 50, burst: 100 };

/** A semaphore and a token bucket; waiters are served in the order they came. */
export class WriteGate {
  readonly #clock: Clock;
  readonly #limits: WriteLimits;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;
  /** When the bucket would be full again, on the monotonic clock. */
  #fullAt = 0;

  constructor(clock: Clock, limits: WriteLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Runs `write` when it may go. Rejects with the signal's reason when that comes first. */
  async run<T>(signal: AbortSignal, write: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      await this.#takeToken(signal);
      return await write();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#inFlight < this.#limits.inFlight) {
      this.#inFlight += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.push(enter);
    });
  }

  /** Hands the place to the first waiter, so that nobody can overtake it. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inFlight -= 1;
    else next();
  }

  async #takeToken(signal: AbortSignal): Promise<void> {
    const tokenMs = 1000 / this.#limits.perSecond;
    const now = this.#clock.monotonic();
    this.#fullAt = Math.max(this.#fullAt, now) + tokenMs;
    const waitMs = this.#fullAt - now - this.#limits.burst * tokenMs;
    if (waitMs > 0) await sleep(this.#clock, waitMs, signal);
  }
}
