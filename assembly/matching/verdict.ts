import { isTrue, isUnset, member, sameText } from "@kubewarden/as-sdk/assembly/json";
import { Labels } from "./labels";
import { Match, hasTerms, matchSelector } from "./selector";
import { SelectorFault, selectorFault } from "./selector-fault";
import { SetHeader } from "./set-header";

/** Why a SidecarSet is or is not injected into a Pod. The order is that of the gates. */
export enum Verdict {
  /** Every gate is open. */
  Matched,
  /** `injectionStrategy.paused` is true. */
  InjectionPaused,
  /** The selector does not select the Pod's labels. */
  PodNotSelected,
  /** `namespace` or `namespaceSelector` does not select the Pod's Namespace. */
  NamespaceNotSelected,
  /** The answer needs labels of the Namespace that have not been read. */
  NamespaceUnread,
  /** `selector` cannot be evaluated; see `selectorFault`. */
  SelectorFaulty,
  /** `namespaceSelector` cannot be evaluated; see `selectorFault`. */
  NamespaceSelectorFaulty,
}

/**
 * Judges one SidecarSet for one Pod. Costs nothing but reading: no allocation, no host call.
 *
 * @param namespace JSON string with the name of the Pod's Namespace, or 0 when nobody said.
 * @param namespaceLabels the Namespace's labels, with `namespace` answering for the label of its name.
 */
export function judge(
  header: SetHeader,
  podLabels: Labels,
  namespace: usize,
  namespaceLabels: Labels,
): Verdict {
  if (isTrue(member(header.injectionStrategy, "paused"))) return Verdict.InjectionPaused;
  if (selectorFault(header.selector) != SelectorFault.None) return Verdict.SelectorFaulty;
  if (matchSelector(header.selector, podLabels) != Match.Yes) return Verdict.PodNotSelected;
  if (header.namespace != 0) {
    return sameText(header.namespace, namespace) ? Verdict.Matched : Verdict.NamespaceNotSelected;
  }
  if (isUnset(header.namespaceSelector)) return Verdict.Matched;
  if (selectorFault(header.namespaceSelector) != SelectorFault.None) return Verdict.NamespaceSelectorFaulty;
  // Unlike for Pods, no terms mean every Namespace, as to the original; admission lets no such set through.
  if (!hasTerms(header.namespaceSelector)) return Verdict.Matched;
  switch (matchSelector(header.namespaceSelector, namespaceLabels)) {
    case Match.Yes:
      return Verdict.Matched;
    case Match.Unknown:
      return Verdict.NamespaceUnread;
    default:
      return Verdict.NamespaceNotSelected;
  }
}
