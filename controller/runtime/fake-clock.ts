import type { Clock, Timer } from "./clock.ts";

interface Pending {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to. Starts at 0 monotonic, `start` wall time. */
export class FakeClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  readonly #pending = new Set<Pending>();

  constructor(start = 0) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(delayMs: number, callback: () => void): Timer {
    const pending = { due: this.#elapsed + Math.max(0, delayMs), callback };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** How long until each pending call, soonest first. */
  get delays(): readonly number[] {
    return [...this.#pending].map(({ due }) => due - this.#elapsed).sort((a, b) => a - b);
  }

  /** Moves on by `ms`, making the calls that fall due in their order, also those set by other calls on the way. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#pending.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.callback();
    }
    this.#elapsed = end;
  }

  /** Moves on by `ms` and makes no call, as for a process that was stopped; what has fallen due comes with `advance`. */
  jump(ms: number): void {
    this.#elapsed += ms;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.due <= end && (first === undefined || pending.due < first.due)) first = pending;
    }
    return first;
  }
}
