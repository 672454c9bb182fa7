import { Place } from "../problems/place";
import { labelValueRule, qualifiedNameRule } from "./names";
import { validateLabels } from "./metadata";

/** A selector that has to select something: at least one label or expression. */
export function validateSelector(selector: Place): void {
  const labels = selector.to("matchLabels");
  const expressions = selector.to("matchExpressions");
  if (!labels.hasItems && !expressions.hasItems) {
    selector.expected("at least one label or expression");
  }
  validateLabels(labels);
  const places = expressions.elements();
  while (places.next()) validateExpression(places.place);
}

function validateExpression(expression: Place): void {
  expression.requiredBy("key", qualifiedNameRule);
  const operator = expression.to("operator").text;
  const values = expression.to("values");
  if (operator == "In" || operator == "NotIn") {
    if (!values.hasItems) values.expected("at least one value for " + operator);
  } else if (operator == "Exists" || operator == "DoesNotExist") {
    if (values.hasItems) values.forbidden("for " + operator);
  } else expression.to("operator").expected('one of "In", "NotIn", "Exists", "DoesNotExist"');
  const places = values.elements();
  while (places.next()) places.place.follow(labelValueRule);
}
