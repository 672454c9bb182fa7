import { type ListRule, type MergeRules, builtinMergeRules } from "../patch/merge-rules.ts";
import { type Schema, memberSchema } from "./schema.ts";

/** How custom resources merge in server-side apply, by the `x-kubernetes-list-type`s and map types of their schema. */
export function schemaMergeRules(schema: Schema): MergeRules {
  return {
    list: (path) =>
      path[0] === "metadata" ? builtinMergeRules.list(path) : listRule(schemaAt(schema, path)),
    isAtomic: (path) => schemaAt(schema, path)?.["x-kubernetes-map-type"] === "atomic",
    isOwnField: (path) => path.length > 1 || path[0] !== "metadata",
  };
}

function schemaAt(schema: Schema, path: readonly string[]): Schema | undefined {
  let current: Schema | undefined = schema;
  for (const step of path) {
    if (current?.items !== undefined) current = current.items;
    current = current === undefined ? undefined : memberSchema(current, step);
  }
  return current;
}

function listRule(schema: Schema | undefined): ListRule {
  if (schema?.["x-kubernetes-list-type"] === "set") return "set";
  const [key, ...others] = schema?.["x-kubernetes-list-map-keys"] ?? [];
  const isMap = schema?.["x-kubernetes-list-type"] === "map" && key !== undefined;
  return isMap ? { keys: [key, ...others] } : "atomic";
}
