import type { Clock, Timer } from "../runtime/clock.ts";

/** Calls `bite` once when nothing has `fed` it for `patienceMs`. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #bite: () => void;
  #fedAt: number;
  #timer: Timer;

  constructor(clock: Clock, patienceMs: number, bite: () => void) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#bite = bite;
    this.#fedAt = clock.monotonic();
    this.#timer = clock.after(patienceMs, () => this.#look());
  }

  /** Costs no timer: a busy watch feeds it thousands of times a second. */
  feed(): void {
    this.#fedAt = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #look(): void {
    const leftMs = this.#fedAt + this.#patienceMs - this.#clock.monotonic();
    if (leftMs <= 0) this.#bite();
    else this.#timer = this.#clock.after(leftMs, () => this.#look());
  }
}
