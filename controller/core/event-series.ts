/** What becomes of something worth an Event: an Event of its own, one more in a series, or nothing now. */
export type Occurrence =
  | { readonly kind: "create" }
  | { readonly kind: "count"; readonly name: string; readonly count: number }
  | { readonly kind: "skip" };

interface Series {
  /** Of the Event; "" until it is written. */
  name: string;
  count: number;
  lastAt: number;
  writtenAt: number;
}

interface Allowance {
  left: number;
  at: number;
}

/** What happens again after a longer pause begins a new Event. As in client-go. */
const pauseMs = 360_000;

/** Between two writes of one series; what happens between them is counted with the next. */
const spacingMs = 10_000;

/** Events of one object: so many at once, then one per `refillMs`. */
const burst = 25;
const refillMs = 30_000;

/** Series that are remembered. */
const mostSeries = 4096;

/** Joins what happens to one object again and again into series, and keeps one object from filling the cluster with Events. */
export class EventSeries {
  readonly #series = new Map<string, Series>();
  readonly #allowances = new Map<string, Allowance>();

  /** `kind` tells apart what may happen to the object; `now` is in milliseconds. */
  happened(uid: string, kind: string, now: number): Occurrence {
    const key = keyOf(uid, kind);
    const known = this.#series.get(key);
    if (known === undefined || now - known.lastAt > pauseMs) {
      if (!this.#spend(uid, now)) return { kind: "skip" };
      this.#series.delete(key);
      this.#series.set(key, { name: "", count: 1, lastAt: now, writtenAt: now });
      this.#forget();
      return { kind: "create" };
    }
    known.count += 1;
    known.lastAt = now;
    if (known.name === "" || now - known.writtenAt < spacingMs) return { kind: "skip" };
    if (!this.#spend(uid, now)) return { kind: "skip" };
    known.writtenAt = now;
    return { kind: "count", name: known.name, count: known.count };
  }

  /** The Event that `happened` asked to create has this name. */
  created(uid: string, kind: string, name: string): void {
    const series = this.#series.get(keyOf(uid, kind));
    if (series !== undefined) series.name = name;
  }

  /** The Event was not written or is gone: the next occurrence begins a new one. */
  lost(uid: string, kind: string): void {
    this.#series.delete(keyOf(uid, kind));
  }

  #spend(uid: string, now: number): boolean {
    const { left, at } = this.#allowances.get(uid) ?? { left: burst, at: now };
    const refilled = Math.min(burst, left + (now - at) / refillMs);
    const allowed = refilled >= 1;
    this.#allowances.delete(uid);
    this.#allowances.set(uid, { left: allowed ? refilled - 1 : refilled, at: now });
    return allowed;
  }

  /** The oldest go first. */
  #forget(): void {
    for (const map of [this.#series, this.#allowances]) {
      const [oldest] = map.keys();
      if (map.size > mostSeries && oldest !== undefined) map.delete(oldest);
    }
  }
}

function keyOf(uid: string, kind: string): string {
  return `${uid} ${kind}`;
}
