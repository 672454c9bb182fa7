/** Requests that a server has answered, and when it patched which Pod. */
export class Tally {
  readonly #requests = new Map<string, number>();
  readonly #patches = new Map<number, number>();
  readonly #waiting = new Map<number, (at: number) => void>();
  #statusTimes: number[] = [];

  readonly request = (method: string, path: string): void => {
    const key = `${method} ${path}`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    if (key.endsWith("sidecarsets/status")) this.#statusTimes.push(performance.now());
  };

  readonly patch = (index: number): void => {
    this.#patches.set(index, (this.#patches.get(index) ?? 0) + 1);
    this.#waiting.get(index)?.(performance.now());
    this.#waiting.delete(index);
  };

  /** Resolves with the moment of the next patch of this Pod, on this process's clock. */
  nextPatch(index: number): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(index, resolve));
  }

  /** What was counted since the last `reset`. */
  counts(): TallyCounts {
    const perPod = [...this.#patches.values()];
    return {
      requests: Object.fromEntries(this.#requests),
      patchedPods: perPod.length,
      podPatches: perPod.reduce((sum, count) => sum + count, 0),
      mostPatchesOfOnePod: Math.max(0, ...new Set(perPod)),
      mostStatusWritesInASecond: mostWithin(this.#statusTimes, 1000),
    };
  }

  reset(): void {
    this.#requests.clear();
    this.#patches.clear();
    this.#statusTimes = [];
  }
}

/** Counts of a tally. */
export interface TallyCounts {
  /** By method and collection: `PATCH /api/v1/pods`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly patchedPods: number;
  readonly podPatches: number;
  readonly mostPatchesOfOnePod: number;
  readonly mostStatusWritesInASecond: number;
}

/** The most times that lie within any span of this length. */
function mostWithin(times: readonly number[], spanMs: number): number {
  let most = 0;
  let start = 0;
  for (const [end, time] of times.entries()) {
    while (time - (times[start] ?? time) >= spanMs) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}
