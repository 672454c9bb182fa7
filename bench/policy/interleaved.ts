/**
 * The median over rounds of each task's mean time, in milliseconds. Every round gives each task a turn, so that whatever
 * slows the machine down for a while slows down all of them.
 */
export function interleaved(
  tasks: readonly (() => void)[],
  { rounds, turnMilliseconds }: { readonly rounds: number; readonly turnMilliseconds: number },
): number[] {
  const times = tasks.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, task] of tasks.entries()) {
      const started = performance.now();
      let spent = 0;
      let runs = 0;
      for (; runs === 0 || spent < turnMilliseconds; runs += 1) {
        task();
        spent = performance.now() - started;
      }
      // The first round warms up.
      if (round > 0) times[index]?.push(spent / runs);
    }
  }
  return times.map((of) => of.sort((a, b) => a - b)[of.length >> 1] ?? Number.NaN);
}
