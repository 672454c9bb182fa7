import { integer, isInteger, isText, isUnset } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { Place } from "../problems/place";
import { isDigit } from "./names";
import { validateSelector } from "./selector";

const HEAVIEST: i64 = 100;

/** The fields of `updateStrategy`. As in the original they only count, and so are only checked, for rolling updates. */
export function validateUpdateStrategy(strategy: Place): void {
  const type = strategy.to("type").text;
  if (type != "RollingUpdate") return;
  const selector = strategy.to("selector");
  const partition = strategy.to("partition");
  if (selector.isSet) {
    validateSelector(selector);
    const holds = isText(partition.value) || (isInteger(partition.value) && integer(partition.value) != 0);
    if (holds) partition.forbidden("together with updateStrategy.selector");
  }
  validateAmount(partition);
  validateAmount(strategy.to("maxUnavailable"));
  validatePriorities(strategy.to("priorityStrategy"));
  validateScatter(strategy.to("scatterStrategy"));
}

/** A number of Pods: at least 0, or a percentage. Absent is fine. */
export function validateAmount(amount: Place): void {
  if (isUnset(amount.value)) return;
  if (
    isInteger(amount.value) ? integer(amount.value) >= 0 : !isText(amount.value) || isPercentage(amount.text)
  ) {
    return;
  }
  amount.expected('a number from 0 or a percentage such as "25%"');
}

function isPercentage(text: string): bool {
  if (text.length < 2 || !text.endsWith("%")) return false;
  for (let i = 0; i < text.length - 1; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

function validatePriorities(strategy: Place): void {
  const orders = strategy.to("orderPriority");
  const weights = strategy.to("weightPriority");
  if (orders.hasItems && weights.hasItems) {
    strategy.problems.add(strategy.path, "expected weightPriority or orderPriority, got both");
  }
  const weighted = weights.elements();
  while (weighted.next()) {
    weighted.place.to("weight").between(0, HEAVIEST, "a weight from 0 to 100");
    validateSelector(weighted.place.to("matchSelector"));
  }
  const ordered = orders.elements();
  while (ordered.next()) ordered.place.required("orderedKey");
}

function validateScatter(terms: Place): void {
  const seen = new Names();
  const places = terms.elements();
  while (places.next()) {
    const key = places.place.required("key");
    const isNew = seen.add(key + "\n" + places.place.to("value").text);
    if (!isNew && key.length > 0) places.place.expected("each key and value once");
  }
}

/** The early spelling of the budget, checked whether or not the newer field wins. */
export function validateEarlyStrategy(spec: Place): void {
  validateAmount(spec.to("strategy").to("rollingUpdate").to("maxUnavailable"));
}
