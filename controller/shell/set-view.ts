import { podJudge, type PodState } from "../core/pod-state.ts";
import { compileSelector } from "../core/selector.ts";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import { effectiveStrategy, type EffectiveStrategy } from "../core/update-strategy.ts";
import type { Pod, StringMap } from "../model/pod.ts";

/** Labels of a namespace; undefined while it is not known. */
export type NamespaceLabels = (namespace: string) => StringMap | undefined;

/** One state of a set with all that follows from it alone, and memory for what was asked of it. */
export interface SetView {
  readonly normalized: NormalizedSidecarSet;
  readonly strategy: EffectiveStrategy;
  readonly judge: (pod: Pod) => PodState;
  /** Whether the set's selectors select a Pod. */
  readonly selects: (pod: Pod, namespaceLabels: NamespaceLabels) => boolean;
}

/** Compiles a set. Results by labels are kept as long as some Pod shares the label object. */
export function setView(normalized: NormalizedSidecarSet): SetView {
  const { selector, namespaceSelector, namespace } = normalized.set.spec;
  const byLabels = memoised(compileSelector(selector));
  const byNamespace = compileSelector(namespaceSelector, "everything");
  return {
    normalized,
    strategy: effectiveStrategy(normalized.set),
    judge: podJudge(normalized),
    selects(pod, namespaceLabels) {
      if (!byLabels(pod.labels)) return false;
      if (namespace !== undefined && namespace !== "") return pod.namespace === namespace;
      if (namespaceSelector === undefined || namespaceSelector === null) return true;
      const labels = namespaceLabels(pod.namespace) ?? { "kubernetes.io/metadata.name": pod.namespace };
      return byNamespace.ok && byNamespace.matches(labels);
    },
  };
}

function memoised(compiled: ReturnType<typeof compileSelector>): (labels: StringMap) => boolean {
  if (!compiled.ok) return () => false;
  const results = new WeakMap<StringMap, boolean>();
  return (labels) => {
    let result = results.get(labels);
    if (result === undefined) {
      result = compiled.matches(labels);
      results.set(labels, result);
    }
    return result;
  };
}
