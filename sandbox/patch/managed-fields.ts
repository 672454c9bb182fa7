import { type Json, type JsonObject, isObject, objectsAt, textAt } from "../json/value.ts";
import { timestamp } from "../store/object.ts";
import {
  type FieldSet,
  changedFields,
  describeFields,
  difference,
  intersection,
  isEmpty,
  readFieldSet,
  union,
} from "./field-set.ts";
import type { MergeRules } from "./merge-rules.ts";

/** Who writes: one entry of `managedFields` is kept for each combination. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** `status`, or "" for the object itself. */
  readonly subresource: string;
}

/** One manager's share of an object. */
export interface Ownership {
  readonly writer: Writer;
  readonly time: string;
  readonly fields: FieldSet;
}

/** Fields that somebody else owns and that an apply wants to change. */
export interface OwnershipConflict {
  readonly writer: Writer;
  readonly field: string;
}

/** Metadata that the server writes; nobody owns it. */
const unowned = new Set([
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
  "managedFields",
  "generateName",
]);

/** The part of an object that managers can own. */
export function ownable(object: JsonObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  if (!isObject(metadata)) return rest;
  const owned = Object.entries(metadata).filter(([key]) => !unowned.has(key));
  return owned.length === 0 ? rest : { metadata: Object.fromEntries(owned), ...rest };
}

/** The owners recorded in an object. */
export function ownerships(object: JsonObject | undefined): Ownership[] {
  return objectsAt(object, "metadata", "managedFields").map((entry) => ({
    writer: {
      manager: textAt(entry, "manager") ?? "unknown",
      operation: entry["operation"] === "Apply" ? "Apply" : "Update",
      apiVersion: textAt(entry, "apiVersion") ?? "",
      subresource: textAt(entry, "subresource") ?? "",
    },
    time: textAt(entry, "time") ?? timestamp(),
    fields: readFieldSet(entry["fieldsV1"]),
  }));
}

/** The owners after an ordinary write (create, replace, patch): who writes takes what the write changed. */
export function afterUpdate(
  live: JsonObject | undefined,
  next: JsonObject,
  writer: Writer,
  rules: MergeRules,
): Ownership[] {
  const changed = changedFields(live === undefined ? undefined : ownable(live), ownable(next), rules);
  return transfer(ownerships(live), changed, changed, writer, allFieldsOf(next, rules));
}

/** The owners after an apply: who applies owns exactly what was applied. */
export function afterApply(
  live: JsonObject | undefined,
  next: JsonObject,
  applied: FieldSet,
  writer: Writer,
  rules: MergeRules,
): Ownership[] {
  const changed = changedFields(live === undefined ? undefined : ownable(live), ownable(next), rules);
  const others = ownerships(live).filter((entry) => !sameWriter(entry.writer, writer));
  const kept = transfer(others, changed, {}, writer, allFieldsOf(next, rules));
  const before = ownerships(live).find((entry) => sameWriter(entry.writer, writer));
  const unchanged = before !== undefined && isEmpty(changed) && sameSet(before.fields, applied);
  return [...kept, { writer, time: unchanged ? before.time : timestamp(), fields: applied }];
}

/** The fields of `applied` whose value changes while another manager owns them. */
export function conflictsOf(
  live: JsonObject,
  merged: JsonObject,
  applied: FieldSet,
  writer: Writer,
  rules: MergeRules,
): OwnershipConflict[] {
  const changed = intersection(changedFields(ownable(live), ownable(merged), rules), applied);
  return ownerships(live)
    .filter((entry) => !sameWriter(entry.writer, writer))
    .flatMap((entry) =>
      describeFields(intersection(changed, entry.fields)).map((field) => ({ writer: entry.writer, field })),
    );
}

/** The owners as `metadata.managedFields`. */
export function encodeOwnerships(list: readonly Ownership[]): Json[] {
  return list.map(({ writer, time, fields }) => ({
    manager: writer.manager,
    operation: writer.operation,
    apiVersion: writer.apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...(writer.subresource === "" ? {} : { subresource: writer.subresource }),
  }));
}

export function sameWriter(left: Writer, right: Writer): boolean {
  return (
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.subresource === right.subresource
  );
}

/** Every field that anybody could own, objects and lists themselves included. */
function allFieldsOf(object: JsonObject, rules: MergeRules): FieldSet {
  return changedFields(undefined, ownable(object), { ...rules, isOwnField: () => true });
}

function transfer(
  before: readonly Ownership[],
  lost: FieldSet,
  gained: FieldSet,
  writer: Writer,
  existing: FieldSet,
): Ownership[] {
  const result: Ownership[] = [];
  let found = false;
  for (const entry of before) {
    const mine = sameWriter(entry.writer, writer);
    found ||= mine;
    const kept = intersection(mine ? entry.fields : difference(entry.fields, lost), existing);
    const fields = mine ? union(kept, gained) : kept;
    const time = mine && !isEmpty(gained) ? timestamp() : entry.time;
    if (!isEmpty(fields)) result.push({ writer: entry.writer, time, fields });
  }
  if (!found && !isEmpty(gained)) result.push({ writer, time: timestamp(), fields: gained });
  return result;
}

function sameSet(left: FieldSet, right: FieldSet): boolean {
  return isEmpty(difference(left, right)) && isEmpty(difference(right, left));
}
