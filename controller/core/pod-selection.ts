import type { Pod, StringMap } from "../model/pod.ts";
import type { SidecarSetSpec } from "../model/sidecarset.ts";
import type { NamespaceLabels } from "./left-alone.ts";
import { compileSelector } from "./selector.ts";

/** Whether a set selects a Pod by its labels and its namespace. Answers by labels are kept as long as the label object. */
export function podSelection({
  selector,
  namespaceSelector,
  namespace,
}: SidecarSetSpec): (pod: Pod, namespaceLabels: NamespaceLabels) => boolean {
  const byLabels = memoised(compileSelector(selector));
  const byNamespace = compileSelector(namespaceSelector, "everything");
  return (pod, namespaceLabels) => {
    if (!byLabels(pod.labels)) return false;
    if (namespace !== undefined && namespace !== "") return pod.namespace === namespace;
    if (namespaceSelector === undefined || namespaceSelector === null) return true;
    const labels = namespaceLabels(pod.namespace) ?? { "kubernetes.io/metadata.name": pod.namespace };
    return byNamespace.ok && byNamespace.matches(labels);
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
