import type { Clock, Timer } from "./clock.ts";

interface Delayed {
  readonly key: string;
  readonly due: number;
}

/**
 * Keys that are to come later: a binary heap under one timer, O(log n) each. A key delayed twice comes once, at the
 * earlier time.
 */
export class DelayedKeys {
  readonly #clock: Clock;
  readonly #release: (key: string) => void;
  readonly #heap: Delayed[] = [];
  /** The due time that counts for a key; heap entries that differ from it are stale. */
  readonly #due = new Map<string, number>();
  #timer: Timer | undefined;
  #timerDue = Infinity;

  constructor(clock: Clock, release: (key: string) => void) {
    this.#clock = clock;
    this.#release = release;
  }

  get size(): number {
    return this.#due.size;
  }

  add(key: string, delayMs: number): void {
    const due = this.#clock.monotonic() + delayMs;
    if (due >= (this.#due.get(key) ?? Infinity)) return;
    this.#due.set(key, due);
    this.#push({ key, due });
    this.#arm();
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerDue = Infinity;
    this.#heap.length = 0;
    this.#due.clear();
  }

  #arm(): void {
    const next = this.#heap[0];
    if (next === undefined || next.due >= this.#timerDue) return;
    this.#timer?.cancel();
    this.#timerDue = next.due;
    this.#timer = this.#clock.after(next.due - this.#clock.monotonic(), () => this.#fire());
  }

  #fire(): void {
    this.#timerDue = Infinity;
    const now = this.#clock.monotonic();
    for (let next = this.#heap[0]; next !== undefined && next.due <= now; next = this.#heap[0]) {
      this.#pop();
      if (this.#due.get(next.key) !== next.due) continue;
      this.#due.delete(next.key);
      this.#release(next.key);
    }
    this.#arm();
  }

  #push(entry: Delayed): void {
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(entry);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.due <= entry.due) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const entry = heap.pop();
    if (entry === undefined || heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if ((heap[child + 1]?.due ?? Infinity) < (heap[child]?.due ?? Infinity)) child += 1;
      const below = heap[child];
      if (below === undefined || below.due >= entry.due) break;
      heap[hole] = below;
      hole = child;
    }
    heap[hole] = entry;
  }
}
