/**
 * One shared object for all equal values, for as long as they keep coming. Holds between `capacity` and twice as many:
 * when the young half is full the old half is forgotten, so values of objects long gone cost nothing for ever.
 */
export class Pool<V> {
  readonly #capacity: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** `id` must tell different values apart. */
  share(id: string, make: () => V): V {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const value = this.#old.get(id) ?? make();
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(id, value);
    return value;
  }
}
