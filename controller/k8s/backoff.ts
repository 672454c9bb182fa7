/** How long to wait after failures in a row. */
export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

/** client-go's numbers for reflectors. */
export const reflectorBackoff: BackoffLimits = { baseMs: 800, capMs: 30_000 };

/** `baseMs` doubled for every failure before this one (0 for the first), capped, times a random part between 0.5 and 1. */
export function backoffMs(failures: number, { baseMs, capMs }: BackoffLimits, random: () => number): number {
  return Math.min(capMs, baseMs * 2 ** failures) * (0.5 + random() / 2);
}
