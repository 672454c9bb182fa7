/**
 * Negative when `a` is older than `b`, 0 when equal, positive when newer. Only versions of one resource compare. Both
 * are decimal numbers of any size without leading zeros; "" is older than all.
 */
export function compareResourceVersions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
