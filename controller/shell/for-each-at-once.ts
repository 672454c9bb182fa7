/**
 * Does the work on the items in their order, up to `atOnce` of them at a time.
 *
 * No further item is begun once the work on one answers false or fails; what is under way is waited for. Rejects with the
 * first failure.
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<boolean>,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  let stopped = false;
  const lane = async (): Promise<void> => {
    while (!stopped) {
      const index = next++;
      const item = items[index];
      if (item === undefined || index >= items.length) return;
      try {
        if (!(await work(item))) stopped = true;
      } catch (error) {
        stopped = true;
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
