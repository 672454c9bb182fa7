import {
  count,
  firstElement,
  firstKey,
  isUnset,
  member,
  memberValue,
  nextItem,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";
import { Labels, valueOfKey } from "./labels";
import { Operator, operatorOf } from "./selector-fault";

/** The answer of a selector. `Unknown`: no term fails, but some ask for labels that have not been read. */
export enum Match {
  No,
  Yes,
  Unknown,
}

/** Whether a selector asks for anything at all. */
export function hasTerms(selector: usize): bool {
  return count(member(selector, "matchLabels")) + count(member(selector, "matchExpressions")) > 0;
}

/**
 * Evaluates a selector that has no fault (see `selectorFault`): all terms must hold.
 *
 * A selector without terms matches nothing, unlike Kubernetes' own: a SidecarSet must say what it is for.
 */
export function matchSelector(selector: usize, labels: Labels): Match {
  if (isUnset(selector)) return Match.No;
  let answer = Match.No;
  const matchLabels = member(selector, "matchLabels");
  if (!isUnset(matchLabels)) {
    for (let key = firstKey(matchLabels); key != 0; ) {
      const wanted = memberValue(key);
      if (!labels.answers(key)) answer = Match.Unknown;
      else if (sameText(labels.value(key), wanted)) {
        if (answer == Match.No) answer = Match.Yes;
      } else if (valueOfKey(matchLabels, key) == wanted) return Match.No;
      key = nextItem(wanted);
    }
  }
  const matchExpressions = member(selector, "matchExpressions");
  if (isUnset(matchExpressions)) return answer;
  for (let each = firstElement(matchExpressions); each != 0; each = nextItem(each)) {
    const term = matchExpression(each, labels);
    if (term == Match.No) return Match.No;
    if (term == Match.Unknown || answer == Match.No) answer = term;
  }
  return answer;
}

export function matchExpression(expression: usize, labels: Labels): Match {
  const key = member(expression, "key");
  if (!labels.answers(key)) return Match.Unknown;
  const value = labels.value(key);
  let holds = false;
  switch (operatorOf(expression)) {
    case Operator.In:
      holds = value != 0 && listed(member(expression, "values"), value);
      break;
    case Operator.NotIn:
      holds = value == 0 || !listed(member(expression, "values"), value);
      break;
    case Operator.Exists:
      holds = value != 0;
      break;
    case Operator.DoesNotExist:
      holds = value == 0;
      break;
    default:
      break;
  }
  return holds ? Match.Yes : Match.No;
}

function listed(values: usize, value: usize): bool {
  let element = firstElement(values);
  while (element != 0 && !sameText(element, value)) element = nextItem(element);
  return element != 0;
}
