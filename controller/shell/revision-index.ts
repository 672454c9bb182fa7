import type { Change } from "../k8s/store.ts";
import type { Revision } from "../model/revision.ts";

/** ControllerRevisions by the names of their SidecarSets; fed with the changes of a store. */
export class RevisionIndex {
  readonly #revisions = new Map<string, ReadonlyMap<string, Revision>>();

  /** Takes one change in and returns the names of the sets that it concerns. */
  apply(change: Change<Revision>): readonly string[] {
    const before = change.kind === "added" ? undefined : change.before;
    const after = change.kind === "removed" ? undefined : change.after;
    if (before !== undefined && before.set !== after?.set) this.#put(before.set, change.key, undefined);
    if (after !== undefined) this.#put(after.set, change.key, after);
    return [...new Set([before?.set, after?.set])].filter((set) => set !== undefined);
  }

  /** In no particular order; the same object until one of them changes. */
  revisionsOf(set: string): ReadonlyMap<string, Revision> {
    return this.#revisions.get(set) ?? none;
  }

  #put(set: string, key: string, revision: Revision | undefined): void {
    const revisions = new Map(this.#revisions.get(set));
    if (revision === undefined) revisions.delete(key);
    else revisions.set(key, revision);
    if (revisions.size === 0) this.#revisions.delete(set);
    else this.#revisions.set(set, revisions);
  }
}

const none: ReadonlyMap<string, Revision> = new Map();
