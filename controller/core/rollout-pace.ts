interface Sample {
  readonly at: number;
  readonly done: number;
}

/** The pace is that of the last ten minutes. */
const windowMs = 600_000;

/** Between two samples; so a window holds few of them. */
const spacingMs = 5_000;

/** A shorter time says nothing. */
const shortestMs = 10_000;

/** How fast Pods of one state of a set get done, and how long the rest will take at that pace. */
export class RolloutPace {
  readonly #samples: Sample[] = [];

  /** `done` Pods are done now, `left` are not. Milliseconds until all are; undefined while that cannot be told. */
  estimate(done: number, left: number, now: number): number | undefined {
    const samples = this.#samples;
    while ((samples[1]?.at ?? now) < now - windowMs) samples.shift();
    const last = samples.at(-1);
    if (last === undefined || now - last.at >= spacingMs) samples.push({ at: now, done });
    const [first] = samples;
    if (left === 0 || first === undefined) return undefined;
    const elapsed = now - first.at;
    const finished = done - first.done;
    return elapsed < shortestMs || finished <= 0 ? undefined : (elapsed / finished) * left;
  }
}

/** A time in words that do not change with every look: `50s`, `4m`, `1h20m`. */
export function roughTime(ms: number): string {
  if (ms < 60_000) return `${Math.max(10, Math.ceil(ms / 10_000) * 10)}s`.replace("60s", "1m");
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 60) return `${minutes}m`;
  const tens = Math.ceil(minutes / 10) * 10;
  const rest = tens % 60;
  return `${Math.floor(tens / 60)}h${rest === 0 ? "" : `${rest}m`}`;
}
