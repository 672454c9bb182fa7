import { decode } from "@kubewarden/as-sdk/assembly";
import { failingTerm } from "../../matching/failing-term";
import { Labels } from "../../matching/labels";
import { SetHeader } from "../../matching/set-header";
import { Verdict } from "../../matching/verdict";

/** Why a set is not injected: the gate and, for selectors, the term that failed with what the labels say instead. */
export function keptOut(
  verdict: Verdict,
  header: SetHeader,
  labels: Labels,
  namespace: usize,
  ofNamespace: Labels,
): string {
  switch (verdict) {
    case Verdict.InjectionPaused:
      return "not injected: spec.injectionStrategy.paused is true";
    case Verdict.PodNotSelected:
      return "not injected: spec.selector." + failingTerm(header.selector, labels);
    case Verdict.NamespaceNotSelected:
      if (header.namespace != 0) {
        return `not injected: spec.namespace: expected ${decode(header.namespace)}, got ${decode(namespace)}`;
      }
      return "not injected: spec.namespaceSelector." + failingTerm(header.namespaceSelector, ofNamespace);
    case Verdict.NamespaceUnread:
      return "not decided: the labels of the Namespace cannot be read";
    default:
      return "not injected: a selector cannot be evaluated";
  }
}
