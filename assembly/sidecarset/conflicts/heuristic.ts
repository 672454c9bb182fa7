import { Ascii, decode, Elements, member, Members, textEquals } from "@kubewarden/as-sdk/assembly/json";

/** The original's stand-in for "any value", which a label of that value is mistaken for. */
const ANY: Ascii = "ALL";

/**
 * Whether two selectors overlap in the eyes of the original, which is wrong in both directions now and then: an
 * `Exists` that the other selector does not mention rules an overlap out. For clusters that rely on its verdicts.
 */
export function overlapsByHeuristic(left: usize, right: usize): bool {
  return !isRuledOut(left, right) && !isRuledOut(right, left);
}

function isRuledOut(by: usize, selector: usize): bool {
  const positive = positiveValues(by);
  const labels = new Members(member(selector, "matchLabels"));
  while (labels.next()) {
    const key = decode(labels.key);
    if (!positive.has(key)) continue;
    const values = positive.get(key);
    if (!values.includes(ANY.toString()) && !values.includes(decode(labels.value))) return true;
  }
  const expressions = new Elements(member(selector, "matchExpressions"));
  while (expressions.next()) if (isExpressionRuledOut(positive, expressions.value)) return true;
  return false;
}

function isExpressionRuledOut(positive: Map<string, Array<string>>, expression: usize): bool {
  const key = decode(member(expression, "key"));
  const operator = member(expression, "operator");
  if (textEquals(operator, "Exists")) return !positive.has(key);
  if (textEquals(operator, "DoesNotExist")) return positive.has(key);
  if (!positive.has(key)) return false;
  const values = positive.get(key);
  const named = texts(member(expression, "values"));
  if (textEquals(operator, "NotIn")) return countIn(values, named) == values.length;
  return !values.includes(ANY.toString()) && countIn(values, named) == 0;
}

function positiveValues(selector: usize): Map<string, Array<string>> {
  const positive = new Map<string, Array<string>>();
  const labels = new Members(member(selector, "matchLabels"));
  while (labels.next()) positive.set(decode(labels.key), [decode(labels.value)]);
  const expressions = new Elements(member(selector, "matchExpressions"));
  while (expressions.next()) {
    const key = decode(member(expressions.value, "key"));
    const operator = member(expressions.value, "operator");
    if (textEquals(operator, "Exists")) positive.set(key, [ANY.toString()]);
    else if (textEquals(operator, "In")) {
      const values = texts(member(expressions.value, "values"));
      positive.set(key, positive.has(key) ? positive.get(key).concat(values) : values);
    }
  }
  return positive;
}

function countIn(values: Array<string>, named: Array<string>): i32 {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (named.includes(values[i])) count++;
  return count;
}

function texts(list: usize): Array<string> {
  const found = new Array<string>();
  const elements = new Elements(list);
  while (elements.next()) found.push(decode(elements.value));
  return found;
}
