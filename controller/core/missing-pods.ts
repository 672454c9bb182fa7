import type { Pod } from "../model/pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { ConditionDraft } from "./conditions.ts";
import type { NamespaceLabels } from "./left-alone.ts";
import { groupOf, type PodGroup, sampleOf } from "./pod-group.ts";
import { injectedSets } from "./pod-records.ts";
import { podSelection } from "./pod-selection.ts";
import { SelectorIndex } from "./selector-index.ts";

/** What is looked at to tell which Pods are missing. */
export interface MissingPodsOptions {
  /** All Pods there are. */
  readonly pods: () => Iterable<Pod>;
  readonly namespaceLabels: NamespaceLabels;
  /** Whether the policy leaves a Pod alone, whatever the sets select. */
  readonly leavesAlone: (pod: Pod) => boolean;
}

interface Selecting {
  readonly selects: (pod: Pod, namespaceLabels: NamespaceLabels) => boolean;
  /** Milliseconds since the epoch; Infinity while the set injects nothing. */
  readonly since: number;
}

/**
 * Pods that were created after a set, that it selects, and that run without its sidecars. A Pod's change costs as much as
 * the sets that select its labels are many; a set's change costs one look at all Pods, together with all others since.
 */
export class MissingPods {
  readonly #options: MissingPodsOptions;
  readonly #index = new SelectorIndex();
  readonly #sets = new Map<string, Selecting>();
  readonly #missing = new Map<string, Map<string, Pod>>();
  /** Sets whose Pods have to be looked for again. */
  readonly #stale = new Set<string>();

  constructor(options: MissingPodsOptions) {
    this.#options = options;
  }

  setChanged({ metadata, spec }: SidecarSet): void {
    const since = Date.parse(metadata.creationTimestamp) || 0;
    const isPaused = spec.injectionStrategy?.paused === true;
    this.#sets.set(metadata.name, { selects: podSelection(spec), since: isPaused ? Infinity : since });
    this.#index.put(metadata.name, spec.selector);
    this.#stale.add(metadata.name);
  }

  setGone(name: string): void {
    this.#sets.delete(name);
    this.#index.remove(name);
    this.#missing.delete(name);
    this.#stale.delete(name);
  }

  /** What the sets select, or what is left alone, has changed beyond the sets themselves. */
  allChanged(): void {
    for (const name of this.#sets.keys()) this.#stale.add(name);
  }

  /** Takes a Pod's change in and returns the names of the sets from which it is missing now, or is no longer. */
  podChanged(before: Pod | undefined, after: Pod | undefined): readonly string[] {
    const names = new Set([before, after].flatMap((pod) => (pod ? this.#index.matching(pod.labels) : [])));
    const changed: string[] = [];
    for (const name of names) {
      if (this.#stale.has(name)) continue;
      const was = before !== undefined && this.#missing.get(name)?.delete(before.uid) === true;
      const is = after !== undefined && this.#isMissing(after, name);
      if (is) this.#put(name, after);
      if (was !== is) changed.push(name);
    }
    return changed;
  }

  /** Those that came first in front. */
  of(name: string): PodGroup {
    if (this.#stale.size > 0) this.#look();
    const pods = this.#missing.get(name);
    return groupOf(pods?.size ?? 0, () => pods?.values() ?? []);
  }

  #look(): void {
    for (const name of this.#stale) this.#missing.delete(name);
    for (const pod of this.#options.pods()) {
      for (const name of this.#index.matching(pod.labels)) {
        if (this.#stale.has(name) && this.#isMissing(pod, name)) this.#put(name, pod);
      }
    }
    this.#stale.clear();
  }

  /** The API server's times are whole seconds: a Pod of the set's own second may be the older one. */
  #isMissing(pod: Pod, name: string): boolean {
    const { namespaceLabels, leavesAlone } = this.#options;
    const set = this.#sets.get(name);
    if (set === undefined || pod.deletionTimestamp !== 0) return false;
    if (pod.phase === "Succeeded" || pod.phase === "Failed") return false;
    if (pod.creationTimestamp <= set.since || injectedSets(pod).includes(name)) return false;
    return set.selects(pod, namespaceLabels) && !leavesAlone(pod);
  }

  #put(name: string, pod: Pod): void {
    const pods = this.#missing.get(name);
    if (pods === undefined) this.#missing.set(name, new Map([[pod.uid, pod]]));
    else pods.set(pod.uid, pod);
  }
}

/** The conditions with a word on missing Pods behind those that speak of running ones. */
export function tellMissing(
  conditions: readonly ConditionDraft[],
  missing: PodGroup,
): readonly ConditionDraft[] {
  if (missing.size === 0) return conditions;
  const pods = missing.size === 1 ? "1 Pod runs" : `${missing.size} Pods run`;
  const recreated = missing.size === 1 ? "it is re-created" : "they are re-created";
  const word = `${pods} without the sidecar until ${recreated} (${sampleOf(missing)})`;
  return conditions.map((condition) =>
    condition.type === "InjectionReady"
      ? condition
      : { ...condition, message: `${condition.message}; ${word}` },
  );
}
