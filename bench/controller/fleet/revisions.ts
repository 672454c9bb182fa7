/** The one count of changes that all resources of a server share. */
export class Revisions {
  #last = 1000;

  get last(): number {
    return this.#last;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}
