/** A set of names. It is built on the one kind of map that the module has: the language's own set would be another. */
export class Names {
  private readonly names: Map<string, usize> = new Map<string, usize>();

  has(name: string): bool {
    return this.names.has(name);
  }

  /** Adds a name. False when it was there already. */
  add(name: string): bool {
    if (this.names.has(name)) return false;
    this.names.set(name, 0);
    return true;
  }
}
