import { StatusError } from "../api/status-error.ts";
import { type Json, type JsonObject, copy, equal, isObject, objectAt } from "../json/value.ts";
import { type FieldSet, difference, fieldsOf, isEmpty, parts } from "./field-set.ts";
import {
  type Ownership,
  type OwnershipConflict,
  type Writer,
  afterApply,
  conflictsOf,
  ownable,
  ownerships,
  sameWriter,
} from "./managed-fields.ts";
import type { MergeRules } from "./merge-rules.ts";

/** What an apply leads to. */
export interface Applied {
  readonly object: JsonObject;
  readonly owners: Ownership[];
}

/**
 * Server-side apply: merges what is applied into the live object, removes what this manager applied before
 * and no longer does (unless somebody else owns it), and refuses with 409 to change other managers' fields
 * unless forced. `live` is absent when the object is to be created.
 */
export function serverSideApply(
  live: JsonObject | undefined,
  applied: JsonObject,
  writer: Writer,
  force: boolean,
  rules: MergeRules,
): Applied {
  const fields = fieldsOf(ownable(applied), rules);
  if (live === undefined) {
    return { object: applied, owners: afterApply(undefined, applied, fields, writer, rules) };
  }
  const object = merge(copy(live), applied, rules, []);
  const conflicts = conflictsOf(live, object, fields, writer, rules);
  if (conflicts.length > 0 && !force) throw applyConflict(conflicts);
  const owners = ownerships(live);
  const mine = owners.find((entry) => sameWriter(entry.writer, writer))?.fields ?? {};
  let gone = difference(mine, fields);
  for (const other of owners) {
    if (!sameWriter(other.writer, writer)) gone = difference(gone, other.fields);
  }
  removeFields(object, gone, rules, []);
  return { object, owners: afterApply(live, object, fields, writer, rules) };
}

function merge(
  target: JsonObject,
  applied: JsonObject,
  rules: MergeRules,
  path: readonly string[],
): JsonObject {
  for (const [key, value] of Object.entries(applied)) {
    const present = target[key];
    const below = [...path, key];
    if (isObject(value) && rules.isAtomic(below)) target[key] = copy(value);
    else if (isObject(value)) target[key] = merge(isObject(present) ? present : {}, value, rules, below);
    else if (Array.isArray(value)) {
      target[key] = mergeList(Array.isArray(present) ? present : [], value, rules, below);
    } else target[key] = value;
  }
  return target;
}

function mergeList(present: Json[], applied: Json[], rules: MergeRules, path: readonly string[]): Json[] {
  const rule = rules.list(path);
  if (rule === "atomic") return copy(applied);
  if (rule === "set") {
    return [...present, ...applied.filter((entry) => !present.some((other) => equal(other, entry)))];
  }
  const result = [...present];
  const steps = parts(present, rules, path).map((part) => part.step);
  for (const { step, value } of parts(applied, rules, path)) {
    const index = steps.indexOf(step);
    if (index < 0) result.push(copy(value));
    else result[index] = merge(objectAt(result[index]), objectAt(value), rules, path);
  }
  return result;
}

function removeFields(target: JsonObject, gone: FieldSet, rules: MergeRules, path: readonly string[]): void {
  for (const [step, below] of Object.entries(gone)) {
    const key = step.slice(2);
    const value = target[key];
    if (!step.startsWith("f:") || value === undefined) continue;
    if (isEmpty(below)) delete target[key];
    else if (isObject(value)) {
      removeFields(value, below, rules, [...path, key]);
      if (Object.keys(value).length === 0) delete target[key];
    } else if (Array.isArray(value)) {
      const rest = withoutElements(value, below, rules, [...path, key]);
      if (rest.length === 0) delete target[key];
      else target[key] = rest;
    }
  }
}

function withoutElements(list: Json[], gone: FieldSet, rules: MergeRules, path: readonly string[]): Json[] {
  const result: Json[] = [];
  for (const { step, value } of parts(list, rules, path)) {
    const lost = gone[step];
    if (lost !== undefined && (isEmpty(lost) || "." in lost)) continue;
    if (lost !== undefined && isObject(value)) removeFields(value, lost, rules, path);
    result.push(value);
  }
  return result;
}

function applyConflict(conflicts: readonly OwnershipConflict[]): StatusError {
  const groups = new Map<string, string[]>();
  for (const { writer, field } of conflicts) {
    const owner = `conflict with "${writer.manager}"${writer.operation === "Apply" ? "" : ` using ${writer.apiVersion}`}`;
    groups.set(owner, [...(groups.get(owner) ?? []), field]);
  }
  const texts = [...groups].map(([owner, fields]) =>
    fields.length === 1
      ? `${owner}: ${fields[0]}`
      : `${owner}:\n${fields.map((field) => `- ${field}`).join("\n")}`,
  );
  const count = conflicts.length === 1 ? "1 conflict" : `${conflicts.length} conflicts`;
  const causes = conflicts.map(({ writer, field }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with "${writer.manager}"`,
    field,
  }));
  return new StatusError(409, "Conflict", `Apply failed with ${count}: ${texts.join("\n")}`, { causes });
}
