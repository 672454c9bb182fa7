import { type Json, type JsonObject, copy, isObject } from "../json/value.ts";
import { type Schema, memberSchema } from "./schema.ts";

/** Members of an object that every kind has, whatever its schema says. */
const envelope = new Set(["apiVersion", "kind", "metadata"]);

/** Removes, in place, what the schema does not know. The answer names what was removed: `spec.foo`. */
export function prune(object: JsonObject, schema: Schema): string[] {
  const dropped: string[] = [];
  pruneObject(object, schema, "", dropped, true);
  return dropped;
}

function pruneObject(
  object: JsonObject,
  schema: Schema,
  path: string,
  dropped: string[],
  root: boolean,
): void {
  const keepUnknown =
    schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
  for (const key of Object.keys(object)) {
    if (envelope.has(key) && (root || schema["x-kubernetes-embedded-resource"] === true)) continue;
    const below = path === "" ? key : `${path}.${key}`;
    const known = memberSchema(schema, key);
    if (known !== undefined) pruneValue(object[key], known, below, dropped);
    else if (!keepUnknown) {
      delete object[key];
      dropped.push(below);
    }
  }
}

function pruneValue(value: Json | undefined, schema: Schema, path: string, dropped: string[]): void {
  if (isObject(value)) pruneObject(value, schema, path, dropped, false);
  else if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, element] of value.entries())
      pruneValue(element, schema.items, `${path}[${index}]`, dropped);
  }
}

/** Fills in, in place, the schema's defaults, also inside what is present. A null that may not be null counts as absent. */
export function fillDefaults(value: Json | undefined, schema: Schema): void {
  if (Array.isArray(value)) {
    for (const element of value) fillDefaults(element, schema.items ?? {});
    return;
  }
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    const absent = value[key] === undefined || (value[key] === null && member.nullable !== true);
    if (absent && member.default !== undefined) value[key] = copy(member.default);
  }
  for (const [key, member] of Object.entries(value)) {
    const known = memberSchema(schema, key);
    if (known !== undefined) fillDefaults(member, known);
  }
}
