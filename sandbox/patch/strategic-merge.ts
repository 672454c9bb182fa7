import { badRequest } from "../api/status-error.ts";
import { type Json, type JsonObject, copy, equal, isObject, objectAt } from "../json/value.ts";
import type { ListRule, MergeRules } from "./merge-rules.ts";

/**
 * Applies a strategic merge patch to a copy of `document`. Knows `$patch` (replace, delete, merge),
 * `$retainKeys`, `$deleteFromPrimitiveList/<list>` and `$setElementOrder/<list>`.
 */
export function applyStrategicMergePatch(
  document: JsonObject,
  patch: JsonObject,
  rules: MergeRules,
): JsonObject {
  return mergeObject(copy(document), patch, [], rules);
}

function mergeObject(
  target: JsonObject,
  patch: JsonObject,
  path: readonly string[],
  rules: MergeRules,
): JsonObject {
  const directive = patch["$patch"];
  if (directive === "delete") return {};
  if (directive === "replace") return cleanObject(patch);
  if (directive !== undefined && directive !== "merge") {
    throw badRequest(`unknown patch type: ${JSON.stringify(directive)}`);
  }
  retainKeys(target, patch);
  for (const [key, change] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    const before = target[key];
    mergeMember(target, key, change, [...path, key], rules);
    const order = patch[`$setElementOrder/${key}`] ?? change;
    const merged = target[key];
    if (merged !== undefined) target[key] = inOrder(before, merged, order, rules.list([...path, key]));
  }
  for (const [directive, change] of Object.entries(patch)) {
    const [name, key] = directive.split("/");
    if (key === undefined || !Array.isArray(change)) continue;
    if (name === "$deleteFromPrimitiveList") deleteScalars(target, key, change);
    if (name === "$setElementOrder" && patch[key] === undefined && target[key] !== undefined) {
      target[key] = inOrder(target[key], target[key], change, rules.list([...path, key]));
    }
  }
  return target;
}

function mergeMember(
  target: JsonObject,
  key: string,
  change: Json,
  path: readonly string[],
  rules: MergeRules,
): void {
  const present = target[key];
  if (change === null) delete target[key];
  else if (isObject(change)) {
    if (change["$patch"] === "delete") delete target[key];
    else target[key] = mergeObject(isObject(present) ? present : {}, change, path, rules);
  } else if (Array.isArray(change)) {
    target[key] = mergeList(Array.isArray(present) ? present : [], change, path, rules);
  } else target[key] = change;
}

function mergeList(present: Json[], patch: Json[], path: readonly string[], rules: MergeRules): Json[] {
  const rule = rules.list(path);
  if (rule === "set") {
    return [...present, ...patch.filter((entry) => !present.some((other) => equal(other, entry)))];
  }
  if (rule === "atomic") return patch.map((entry) => clean(entry));
  const [key] = rule.keys;
  if (patch.some((entry) => isObject(entry) && entry["$patch"] === "replace")) {
    return patch.filter((entry) => !(isObject(entry) && "$patch" in entry)).map((entry) => clean(entry));
  }
  let result = [...present];
  for (const entry of patch) {
    if (!isObject(entry) || entry[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(entry)} does not contain declared merge key: ${key}`);
    }
    const index = result.findIndex((other) => isObject(other) && equal(other[key], entry[key]));
    if (entry["$patch"] === "delete") result = result.filter((_, position) => position !== index);
    else if (index < 0) result.push(mergeObject({}, entry, path, rules));
    else result[index] = mergeObject(objectAt(result[index]), entry, path, rules);
  }
  return result;
}

function retainKeys(target: JsonObject, patch: JsonObject): void {
  const keep = patch["$retainKeys"];
  if (!Array.isArray(keep)) return;
  for (const key of Object.keys(target)) {
    if (!keep.includes(key)) delete target[key];
  }
}

function deleteScalars(target: JsonObject, list: string, gone: Json[]): void {
  const present = target[list];
  if (Array.isArray(present)) target[list] = present.filter((entry) => !gone.includes(entry));
}

/**
 * The merged list in the API's order: elements that the patch names are in the patch's order, the others in their
 * old order, and where the two meet an element goes first that stood first before. New elements have not stood
 * anywhere, so they come before the rest.
 */
function inOrder(before: Json | undefined, merged: Json, order: Json, rule: ListRule): Json {
  if (!Array.isArray(merged) || !Array.isArray(order) || rule === "atomic") return merged;
  const identity = (entry: Json): Json | undefined =>
    rule !== "set" && isObject(entry) ? entry[rule.keys[0]] : entry;
  const rankIn = (list: readonly Json[]) => {
    const identities = list.map(identity);
    return (entry: Json): number => identities.findIndex((other) => equal(other, identity(entry)));
  };
  const wanted = rankIn(order);
  const stood = rankIn(Array.isArray(before) ? before : []);
  const named = merged
    .filter((entry) => wanted(entry) >= 0)
    .sort((left, right) => wanted(left) - wanted(right));
  const result: Json[] = [];
  for (const other of merged.filter((entry) => wanted(entry) < 0)) {
    while (named[0] !== undefined && stood(named[0]) < stood(other)) {
      result.push(...named.splice(0, 1));
    }
    result.push(other);
  }
  return [...result, ...named];
}

/** A copy without directives, for values that have nothing to merge with. */
function cleanObject(value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (!key.startsWith("$") && member !== null) result[key] = clean(member);
  }
  return result;
}

function clean(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry) => clean(entry));
  return isObject(value) ? cleanObject(value) : value;
}
