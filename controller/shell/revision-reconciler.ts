import { recordedRevision } from "../core/pod-records.ts";
import type { Store } from "../k8s/store.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Normalizer } from "../policy/normalizer.ts";
import type { ReconcileResult } from "../runtime/workers.ts";
import type { PodIndex } from "./pod-index.ts";
import type { RevisionHistory } from "./revision-history.ts";

/** What a revision reconciler works with. */
export interface RevisionReconcilerOptions {
  readonly sets: Store<SidecarSet>;
  readonly normalizer: Pick<Normalizer, "normalize">;
  readonly history: RevisionHistory;
  readonly index: PodIndex;
  /** Told of each set whose history was brought up to date, or could not be. */
  readonly onHistory: (set: string) => void;
}

/**
 * Brings the history of one set up to date. On workers of its own, so that a long rollout of one set keeps no other from
 * getting into the settings, which waits for this.
 */
export class RevisionReconciler {
  readonly #options: RevisionReconcilerOptions;

  constructor(options: RevisionReconcilerOptions) {
    this.#options = options;
  }

  /** Rejects when a revision could not be written. */
  async reconcile(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const { sets, normalizer, history, onHistory } = this.#options;
    const set = sets.get(name);
    const normalization = set && normalizer.normalize(set);
    if (set === undefined || normalization?.kind !== "normalized") return { kind: "done" };
    const { normalized } = normalization;
    const [before, problemBefore] = [history.find(set, normalized), history.problemOf(normalized)];
    try {
      const after = await history.record(set, normalized, () => this.#inUse(name), signal);
      if (after !== before) onHistory(name);
    } catch (error) {
      if (history.problemOf(normalized) !== problemBefore) onHistory(name);
      throw error;
    }
    const afterMs = history.nextLookMs(name);
    return afterMs === undefined
      ? { kind: "done" }
      : { kind: "requeue", afterMs, reason: "revisions in use" };
  }

  #inUse(set: string): ReadonlySet<string> {
    const revisions = new Set<string>();
    for (const pod of this.#options.index.podsOf(set)) {
      const revision = recordedRevision(pod, set);
      if (revision !== undefined) revisions.add(revision);
    }
    return revisions;
  }
}
