import {
  firstElement,
  firstKey,
  isArray,
  isBlank,
  isObject,
  isText,
  isUnset,
  member,
  memberValue,
  nextItem,
  textEquals,
} from "@kubewarden/as-sdk/assembly/json";

/** What makes a label selector impossible to evaluate, named after the part at fault. */
export enum SelectorFault {
  None,
  Selector,
  MatchLabels,
  MatchExpressions,
  Key,
  Operator,
  Values,
}

/** The operators of a label selector's expression; `Other` is a fault. */
export enum Operator {
  In,
  NotIn,
  Exists,
  DoesNotExist,
  Other,
}

export function operatorOf(expression: usize): Operator {
  const operator = member(expression, "operator");
  if (textEquals(operator, "In")) return Operator.In;
  if (textEquals(operator, "NotIn")) return Operator.NotIn;
  if (textEquals(operator, "Exists")) return Operator.Exists;
  if (textEquals(operator, "DoesNotExist")) return Operator.DoesNotExist;
  return Operator.Other;
}

/**
 * Whether `selector` (0 or null: none) has the shape of a LabelSelector and its operators their values.
 *
 * The whole selector is judged before any term of it: a typing error must not hide behind a term that fails.
 * The syntax of keys and values is not: a Pod's labels have passed the API server, so a malformed one never equals.
 */
export function selectorFault(selector: usize): SelectorFault {
  if (isUnset(selector)) return SelectorFault.None;
  if (!isObject(selector)) return SelectorFault.Selector;
  const matchLabels = member(selector, "matchLabels");
  if (!isUnset(matchLabels)) {
    if (!isObject(matchLabels)) return SelectorFault.MatchLabels;
    for (let key = firstKey(matchLabels); key != 0; key = nextItem(memberValue(key))) {
      if (!isText(memberValue(key))) return SelectorFault.MatchLabels;
    }
  }
  const matchExpressions = member(selector, "matchExpressions");
  if (isUnset(matchExpressions)) return SelectorFault.None;
  if (!isArray(matchExpressions)) return SelectorFault.MatchExpressions;
  for (let each = firstElement(matchExpressions); each != 0; each = nextItem(each)) {
    const fault = expressionFault(each);
    if (fault != SelectorFault.None) return fault;
  }
  return SelectorFault.None;
}

function expressionFault(expression: usize): SelectorFault {
  if (!isObject(expression)) return SelectorFault.MatchExpressions;
  const key = member(expression, "key");
  if (isBlank(key)) return SelectorFault.Key;
  const operator = operatorOf(expression);
  if (operator == Operator.Other) return SelectorFault.Operator;
  const values = member(expression, "values");
  let count = 0;
  if (!isUnset(values)) {
    if (!isArray(values)) return SelectorFault.Values;
    for (let value = firstElement(values); value != 0; value = nextItem(value)) {
      if (!isText(value)) return SelectorFault.Values;
      count++;
    }
  }
  const listed = operator == Operator.In || operator == Operator.NotIn;
  return listed == count > 0 ? SelectorFault.None : SelectorFault.Values;
}

/** Where the fault lies below the selector, and what was expected there. */
export function describeFault(fault: SelectorFault): string {
  switch (fault) {
    case SelectorFault.Selector:
      return ": expected an object";
    case SelectorFault.MatchLabels:
      return ".matchLabels: expected an object of strings";
    case SelectorFault.MatchExpressions:
      return ".matchExpressions: expected an array of objects";
    case SelectorFault.Key:
      return ".matchExpressions[].key: expected a label key";
    case SelectorFault.Operator:
      return ".matchExpressions[].operator: expected In, NotIn, Exists or DoesNotExist";
    case SelectorFault.Values:
      return ".matchExpressions[].values: expected strings for In and NotIn, none for Exists and DoesNotExist";
    default:
      return "";
  }
}
