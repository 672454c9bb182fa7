import { badRequest } from "../api/status-error.ts";
import { type Json, type JsonObject, copy, equal, isObject, objectAt } from "../json/value.ts";
import type { MergeRules } from "./merge-rules.ts";

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
    if (!key.startsWith("$")) mergeMember(target, key, change, [...path, key], rules);
  }
  for (const [key, change] of Object.entries(patch)) {
    const [name, list] = key.split("/");
    if (list === undefined || !Array.isArray(change)) continue;
    if (name === "$deleteFromPrimitiveList") deleteScalars(target, list, change);
    if (name === "$setElementOrder") reorder(target, list, change, rules([...path, list]));
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
  const rule = rules(path);
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

/** Puts the named elements in the order of the directive; elements it does not name keep their distance behind. */
function reorder(target: JsonObject, list: string, order: Json[], rule: ReturnType<MergeRules>): void {
  const present = target[list];
  if (!Array.isArray(present) || rule === "atomic") return;
  const identity = (entry: Json): Json | undefined =>
    rule !== "set" && isObject(entry) ? entry[rule.keys[0]] : entry;
  const wanted = order.map(identity);
  const rank = (entry: Json): number => wanted.findIndex((other) => equal(other, identity(entry)));
  const named = present.filter((entry) => rank(entry) >= 0).sort((left, right) => rank(left) - rank(right));
  const inOrder = named.values();
  target[list] = present.map((entry) => (rank(entry) >= 0 ? (inOrder.next().value ?? entry) : entry));
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
