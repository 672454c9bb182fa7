import type { MergeRules } from "../patch/merge-rules.ts";
import { builtinMergeRules } from "../patch/merge-rules.ts";
import { type Schema, memberSchema } from "./schema.ts";

/** How the lists of a custom resource merge in server-side apply, by its `x-kubernetes-list-type`s. */
export function schemaMergeRules(schema: Schema): MergeRules {
  return (path) => {
    if (path[0] === "metadata") return builtinMergeRules(path);
    let current: Schema | undefined = schema;
    for (const step of path) {
      if (current?.items !== undefined) current = current.items;
      current = current === undefined ? undefined : memberSchema(current, step);
    }
    if (current?.["x-kubernetes-list-type"] === "set") return "set";
    const [key, ...others] = current?.["x-kubernetes-list-map-keys"] ?? [];
    const isMap = current?.["x-kubernetes-list-type"] === "map" && key !== undefined;
    return isMap ? { keys: [key, ...others] } : "atomic";
  };
}
