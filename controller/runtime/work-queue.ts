import type { Clock } from "./clock.ts";
import { DelayedKeys } from "./delayed-keys.ts";

/** Waits between the tries of one failing key: client-go's numbers. */
const firstRetryMs = 5;
const longestRetryMs = 1_000_000;

/** What happens in a queue, for metrics; times in milliseconds. */
export type QueueActivity =
  | { readonly kind: "added" | "retried"; readonly queue: string; readonly depth: number }
  | { readonly kind: "taken"; readonly queue: string; readonly depth: number; readonly waitedMs: number }
  | { readonly kind: "done"; readonly queue: string; readonly workedMs: number };

/** Settings of a queue. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Label of its metrics. */
  readonly name: string;
  readonly observe?: (activity: QueueActivity) => void;
}

/**
 * Keys to be worked on. A key is in the queue at most once, is worked on by one worker at a time, and when it is added
 * while being worked on it comes again afterwards. Keys come in the order they were added.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #observe: (activity: QueueActivity) => void;
  /** Waiting for a worker, with the time they came. */
  readonly #queue = new Map<string, number>();
  /** Under work, with the time it began. */
  readonly #processing = new Map<string, number>();
  /** Under work and added again. */
  readonly #dirty = new Set<string>();
  readonly #delayed: DelayedKeys;
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #drained: (() => void)[] = [];
  #closed = false;

  constructor({ clock, name, observe }: WorkQueueOptions) {
    this.#clock = clock;
    this.#name = name;
    this.#observe = observe ?? (() => {});
    this.#delayed = new DelayedKeys(clock, (key) => this.add(key));
  }

  get name(): string {
    return this.#name;
  }

  /** Keys waiting for a worker, without those delayed. */
  get depth(): number {
    return this.#queue.size;
  }

  /** Keys under work, with how long they have been. */
  get processing(): ReadonlyMap<string, number> {
    const now = this.#clock.monotonic();
    return new Map([...this.#processing].map(([key, since]) => [key, now - since]));
  }

  /** Does nothing when the key waits already, or after `shutDown`. */
  add(key: string): void {
    if (this.#closed || this.#queue.has(key)) return;
    if (this.#processing.has(key)) {
      this.#dirty.add(key);
      return;
    }
    this.#enqueue(key);
  }

  /** Adds the key when the time is over. Of several times the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) this.add(key);
    else this.#delayed.add(key, delayMs);
  }

  /** Adds the key again after a failure: 5 ms later, then twice as long each time, up to 1000 s. Returns the delay. */
  retry(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures);
    this.#observe({ kind: "retried", queue: this.#name, depth: this.depth });
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** How often in a row the key was retried. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Ends the row of failures; call it on success. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key; undefined once the queue is shut down. Every key taken must be given back with `done`. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const [key] = this.#queue.keys();
    if (key !== undefined) return Promise.resolve(this.#start(key));
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Ends the work on a key. */
  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) return;
    this.#processing.delete(key);
    this.#observe({ kind: "done", queue: this.#name, workedMs: this.#clock.monotonic() - since });
    if (this.#dirty.delete(key) && !this.#closed) this.#enqueue(key);
    if (this.#closed && this.#processing.size === 0) for (const resolve of this.#drained) resolve();
  }

  /** Takes and gives no more keys; resolves when the last worker is done. */
  shutDown(): Promise<void> {
    this.#closed = true;
    this.#delayed.clear();
    this.#queue.clear();
    this.#dirty.clear();
    for (const take of this.#takers.splice(0)) take(undefined);
    if (this.#processing.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #enqueue(key: string): void {
    this.#queue.set(key, this.#clock.monotonic());
    this.#observe({ kind: "added", queue: this.#name, depth: this.depth });
    this.#takers.shift()?.(this.#start(key));
  }

  #start(key: string): string {
    const now = this.#clock.monotonic();
    const waitedMs = now - (this.#queue.get(key) ?? now);
    this.#queue.delete(key);
    this.#processing.set(key, now);
    this.#observe({ kind: "taken", queue: this.#name, depth: this.depth, waitedMs });
    return key;
  }
}
