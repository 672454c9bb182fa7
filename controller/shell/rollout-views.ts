import type { NamespaceLabels } from "../core/left-alone.ts";
import { metadataJudge } from "../core/pod-metadata.ts";
import { PodLedger } from "../core/pod-ledger.ts";
import { injectedSets } from "../core/pod-records.ts";
import { RolloutPace } from "../core/rollout-pace.ts";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import type { Change, Store } from "../k8s/store.ts";
import { type Pod, podKey } from "../model/pod.ts";
import type { InFlightWrites } from "./in-flight-writes.ts";
import type { PodIndex } from "./pod-index.ts";
import type { RevisionIndex } from "./revision-index.ts";
import { type SetView, setView } from "./set-view.ts";

/** A state of a set, and its Pods by where they stand to it. */
export interface RolloutView extends SetView, StateFacts {
  readonly lacksMetadata: (pod: Pod) => boolean;
  readonly ledger: PodLedger;
  readonly pace: RolloutPace;
}

/** What beside its spec makes a state of a set. */
export interface StateFacts {
  /** Whether kubelets restart a native sidecar whose image changes. */
  readonly restartsNative: boolean;
  /** Name of the set's revision; undefined while it has none. */
  readonly latest: string | undefined;
}

/** What views are made from. */
export interface RolloutViewsOptions {
  readonly pods: Pick<Store<Pod>, "get">;
  readonly index: Pick<PodIndex, "podsOf">;
  readonly namespaceLabels: NamespaceLabels;
  readonly revisions: Pick<RevisionIndex, "revisionsOf">;
  readonly writes: Pick<InFlightWrites, "all">;
}

/** One view for each set, made anew when the set's state changes and kept up to date with its Pods meanwhile. */
export class RolloutViews {
  readonly #options: RolloutViewsOptions;
  readonly #views = new Map<string, RolloutView>();

  constructor(options: RolloutViewsOptions) {
    this.#options = options;
  }

  /** The set's view of this state. A new one costs a look at each of its Pods. */
  of(name: string, normalized: NormalizedSidecarSet, facts: StateFacts): RolloutView {
    const { index, namespaceLabels, revisions, writes } = this.#options;
    const { restartsNative, latest } = facts;
    const known = this.#views.get(name);
    const isCurrent = known?.restartsNative === restartsNative && known.latest === latest;
    if (isCurrent && known.normalized === normalized) return known;
    const lacksMetadata = metadataJudge(normalized, latest, () => revisions.revisionsOf(name));
    const view = { ...setView(normalized), restartsNative, latest, lacksMetadata };
    const ledger = new PodLedger({ ...view, selects: (pod) => view.selects(pod, namespaceLabels) });
    for (const pod of index.podsOf(name)) ledger.put(pod, writes.all.has(pod.uid));
    const made = { ...view, ledger, pace: new RolloutPace() };
    this.#views.set(name, made);
    return made;
  }

  /** Has a set's view made anew when it is asked for next. */
  drop(name: string): void {
    this.#views.delete(name);
  }

  /** Takes a Pod's change into the account of a set whose Pod it is or was. O(1), or O(log Pods) for one that waits. */
  podChanged(name: string, change: Change<Pod>): void {
    const ledger = this.#views.get(name)?.ledger;
    if (ledger === undefined) return;
    if (change.kind !== "removed" && injectedSets(change.after).includes(name)) {
      ledger.put(change.after, this.#options.writes.all.has(change.after.uid));
    } else if (change.kind !== "added") ledger.remove(change.before.uid);
  }

  /** A Pod that is about to be written to is in the middle of something for every set that is in it. */
  open(pod: Pod): void {
    if (this.#options.pods.get(podKey(pod)) !== pod) return;
    for (const set of injectedSets(pod)) this.#views.get(set)?.ledger.put(pod, true);
  }
}
