/** Writes that wait; what comes on top is dropped, as client-go's recorder does. */
const mostWaiting = 1_000;

/** Does writes that may be late, or lost, one after the other: so no more than one stands in line before those that count. */
export class EventLane {
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #onDropped: () => void;
  #isBusy = false;

  /** `onDropped` is called when there is no room for a write. */
  constructor(onDropped: () => void) {
    this.#onDropped = onDropped;
  }

  /** `write` must not reject. */
  add(write: () => Promise<void>): void {
    if (this.#waiting.length >= mostWaiting) {
      this.#onDropped();
      return;
    }
    this.#waiting.push(write);
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let write = this.#waiting.shift(); write !== undefined; write = this.#waiting.shift()) await write();
    this.#isBusy = false;
  }
}
