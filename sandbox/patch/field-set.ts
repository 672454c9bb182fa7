import { type Json, type JsonObject, equal, isObject, objectAt, parseJson } from "../json/value.ts";
import type { MergeRules } from "./merge-rules.ts";

/**
 * A set of fields in the shape of `managedFields[].fieldsV1`: `f:<member>` and `k:<key members as JSON>` lead
 * downwards, `.` is the list element itself, an empty object is a field that is owned whole.
 */
export type FieldSet = { [step: string]: FieldSet };

/** Every field of an object. Lists that merge by key are entered; other lists count as one field. */
export function fieldsOf(value: Json | undefined, rules: MergeRules): FieldSet {
  return changedFields(undefined, value, { ...rules, isOwnField: () => false });
}

/** The fields of `after` that `before` lacks or that have another value there. */
export function changedFields(
  before: Json | undefined,
  after: Json | undefined,
  rules: MergeRules,
  path: readonly string[] = [],
): FieldSet {
  const set: FieldSet = {};
  const old = new Map(parts(before, rules, path).map((part) => [part.step, part.value]));
  for (const { step, value, below } of parts(after, rules, path)) {
    const previous = old.get(step);
    if (equal(previous, value)) continue;
    const deeper = changedFields(previous, value, rules, below);
    const entered = parts(value, rules, below).length > 0 && parts(previous, rules, below).length > 0;
    // An entered value without changed fields has only lost some.
    if (isEmpty(deeper) && entered) continue;
    const isField =
      previous === undefined && !isEmpty(deeper) && (step.startsWith("k:") || rules.isOwnField(below));
    set[step] = isField ? { ".": {}, ...deeper } : deeper;
  }
  return set;
}

/** A value one step below another. */
export interface Part {
  readonly step: string;
  readonly value: Json;
  /** The member names that lead below it, as `MergeRules` wants them. */
  readonly below: readonly string[];
}

/** What a value consists of, as far as fields can be owned apart; nothing for scalars and atomic lists. */
export function parts(value: Json | undefined, rules: MergeRules, path: readonly string[]): Part[] {
  if (isObject(value)) {
    if (rules.isAtomic(path)) return [];
    return Object.entries(value).map(([key, member]) => ({
      step: `f:${key}`,
      value: member,
      below: [...path, key],
    }));
  }
  if (!Array.isArray(value)) return [];
  const rule = rules.list(path);
  if (rule === "atomic") return [];
  if (rule === "set") {
    return value.map((element) => ({ step: `v:${JSON.stringify(element)}`, value: element, below: path }));
  }
  return value.filter(isObject).map((element) => ({
    step: keyStep(element, rule.keys),
    value: element,
    below: path,
  }));
}

function keyStep(element: JsonObject, keys: readonly string[]): string {
  const present: JsonObject = {};
  for (const key of [...keys].sort()) {
    const value = element[key] ?? (key === "protocol" ? "TCP" : undefined);
    if (value !== undefined) present[key] = value;
  }
  return `k:${JSON.stringify(present)}`;
}

/** A set as it stands in an object. Members that are not sets are dropped. */
export function readFieldSet(value: Json | undefined): FieldSet {
  const set: FieldSet = {};
  for (const [step, below] of Object.entries(objectAt(value))) set[step] = readFieldSet(below);
  return set;
}

export function isEmpty(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = { ...left };
  for (const [step, below] of Object.entries(right)) result[step] = union(left[step] ?? {}, below);
  return result;
}

/** The fields of `left` that are not in `right`. That an empty object is in `right` says nothing of members below it. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [step, below] of Object.entries(left)) {
    const other = right[step];
    if (other === undefined) result[step] = below;
    else if (!isEmpty(below)) {
      const rest = difference(below, other);
      if (!isEmpty(rest)) result[step] = rest;
    }
  }
  return result;
}

/** The fields of `left` that are in `right` too. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [step, below] of Object.entries(left)) {
    const other = right[step];
    if (other === undefined) continue;
    if (isEmpty(below) || isEmpty(other)) result[step] = {};
    else {
      const both = intersection(below, other);
      if (!isEmpty(both)) result[step] = both;
    }
  }
  return result;
}

/** Every field as text: `.spec.containers[name="app"].image`. */
export function describeFields(set: FieldSet, prefix = ""): string[] {
  const texts: string[] = [];
  for (const [step, below] of Object.entries(set)) {
    if (step === ".") continue;
    const path = prefix + stepText(step);
    const deeper = describeFields(below, path);
    texts.push(...(deeper.length === 0 ? [path] : deeper));
  }
  return texts;
}

function stepText(step: string): string {
  if (step.startsWith("f:")) return `.${step.slice(2)}`;
  if (step.startsWith("v:")) return `[=${step.slice(2)}]`;
  const keys = Object.entries(objectAt(parseJson(step.slice(2))));
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
