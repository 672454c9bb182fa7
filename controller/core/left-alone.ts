import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { Pod, StringMap } from "../model/pod.ts";
import { compileSelector } from "./selector.ts";

/** Namespaces that the policy leaves alone unless its settings say otherwise; see assembly/matching/exclusion.ts. */
const systemNamespaces = ["kube-system", "kube-public", "kube-node-lease", "kubewarden", "sidecarset-system"];

const inject = "sidecarset-kubewarden/inject";

/** Labels of a namespace; undefined while it is not known. */
export type NamespaceLabels = (namespace: string) => StringMap | undefined;

/**
 * Which Pods a policy leaves alone whatever the sets select: those outside its namespaceSelector or in an excluded
 * Namespace, those that opt out where they may, and the mirrors of static Pods. A guess for status alone: it decides about
 * no Pod. `policySpec` is spec of the ClusterAdmissionPolicy.
 */
export function leftAlone(policySpec: unknown, namespaceLabels: NamespaceLabels): (pod: Pod) => boolean {
  const { settings, namespaceSelector } = isJsonObject(policySpec) ? policySpec : ({} as JsonObject);
  const { excludedNamespaces, podOptOut } = isJsonObject(settings) ? settings : ({} as JsonObject);
  const excluded = new Set<unknown>(
    Array.isArray(excludedNamespaces) ? excludedNamespaces : systemNamespaces,
  );
  const selector = compileSelector(namespaceSelector ?? {}, "everything");
  return ({ namespace, owner, labels, annotations }) => {
    if (excluded.has(namespace) || owner?.kind === "Node") return true;
    if (podOptOut === true && (labels[inject] === "false" || annotations[inject] === "false")) return true;
    const known = namespaceLabels(namespace) ?? { "kubernetes.io/metadata.name": namespace };
    return selector.ok && !selector.matches(known);
  };
}
