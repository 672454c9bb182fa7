/** The value under a type that nothing checks: for what the controller or this benchmark itself has sent. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the claim told above
export function claimed<T>(value: unknown): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same
  return value as T;
}
