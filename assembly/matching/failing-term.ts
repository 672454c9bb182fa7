import { Elements, Members, decode, isUnset, member, sameText } from "@kubewarden/as-sdk/assembly/json";
import { shown } from "../sidecarset/problems/shown";
import { Labels } from "./labels";
import { Match, hasTerms, matchExpression } from "./selector";

/**
 * The first term of a selector without fault that does not hold, with what the labels say instead; empty when all hold.
 */
export function failingTerm(selector: usize, labels: Labels): string {
  if (isUnset(selector) || !hasTerms(selector)) return "it has no terms, and so selects nothing";
  const terms = new Members(member(selector, "matchLabels"));
  while (terms.next()) {
    const value = labels.value(terms.key);
    if (sameText(value, terms.value)) continue;
    return `matchLabels[${decode(terms.key)}]: expected ${shown(terms.value)}, got ${shown(value)}`;
  }
  const expressions = new Elements(member(selector, "matchExpressions"));
  while (expressions.next()) {
    const term = expressions.value;
    if (matchExpression(term, labels) != Match.No) continue;
    const key = member(term, "key");
    const values = member(term, "values");
    const expected = decode(member(term, "operator")) + (isUnset(values) ? "" : " " + shown(values));
    return `matchExpressions[${expressions.index}]: expected ${decode(key)} ${expected}, got ${shown(labels.value(key))}`;
  }
  return "";
}
