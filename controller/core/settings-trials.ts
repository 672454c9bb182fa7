/** What is held against an entry with which a PolicyServer did not start. */
export interface Verdict {
  /** `suspect`: it was written together with others, and is tried again alone. `guilty`: it was tried alone. */
  readonly kind: "suspect" | "guilty";
  /** How the PolicyServer failed. */
  readonly why: string;
  /** The sets whose entries were written with it. */
  readonly others: readonly string[];
}

interface Record extends Verdict {
  readonly entry: string;
}

/**
 * Which entries may be written after a PolicyServer has failed to start with some.
 *
 * The same settings are never tried twice. Entries that failed together are tried one at a time, after everything that is
 * under no suspicion, so that one bad set holds up no other for good. A changed entry is another one.
 */
export class SettingsTrials {
  readonly #records = new Map<string, Record>();
  /** Why each list of sets failed. */
  readonly #failed = new Map<string, string>();

  /** Of the wanted entries that differ from the live ones, those that must not be written now. */
  held(changes: ReadonlyMap<string, string>): ReadonlySet<string> {
    for (const [name, entry] of changes) {
      if (this.#records.get(name)?.entry !== entry) this.#records.delete(name);
    }
    const held = [...changes.keys()].filter((name) => this.#records.has(name)).toSorted();
    const suspect = held.find((name) => this.#records.get(name)?.kind === "suspect");
    if (held.length === changes.size && suspect !== undefined) held.splice(held.indexOf(suspect), 1);
    return new Set(held);
  }

  /** Why a PolicyServer would not start with this list of sets; undefined for a list that did not fail. */
  whyFailed(list: string): string | undefined {
    return this.#failed.get(list);
  }

  /** A PolicyServer did not start with `list`; `entries` of it are not those that the server ran with before. */
  fail(list: string, entries: ReadonlyMap<string, string>, why: string): void {
    this.#failed.set(list, why);
    const kind = entries.size === 1 ? "guilty" : "suspect";
    for (const [name, entry] of entries) {
      const others = [...entries.keys()].filter((other) => other !== name).toSorted();
      this.#records.set(name, { kind, why, others, entry });
    }
  }

  /** The PolicyServer does not start with the settings that it ran with before either: the entries are not to blame. */
  acquit(): void {
    this.#records.clear();
    this.#failed.clear();
  }

  verdictOn(name: string, entry: string | undefined): Verdict | undefined {
    const record = this.#records.get(name);
    return record?.entry === entry ? record : undefined;
  }

  /** Forgets a set that is gone. */
  forget(name: string): void {
    this.#records.delete(name);
  }
}
