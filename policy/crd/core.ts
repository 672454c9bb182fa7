import { readFileSync } from "node:fs";
import type { Schema } from "./schema.ts";

/** Names of the recorded Kubernetes types. */
export type CoreType =
  | "container"
  | "volume"
  | "localObjectReference"
  | "objectFieldSelector"
  | "labelSelector"
  | "condition";

interface Recorded {
  source: string;
  schemas: Record<CoreType, Schema>;
}

const RECORDED = new URL("core.recorded.json", import.meta.url);
const recorded: Recorded = JSON.parse(readFileSync(RECORDED, "utf8"));

/** Release of the Kubernetes API and of the generator that the recorded schemas come from. */
export const coreSource = recorded.source;

/** The recorded schema of a Kubernetes type, untouched; the caller owns the copy. */
export function coreSchema(type: CoreType): Schema {
  return structuredClone(recorded.schemas[type]);
}

/**
 * The schema of a type that OpenKruise leaves without one (Container, Volume), so that it catches misspelt members and
 * wrong types and still takes every manifest that a Pod takes:
 * - no structural defaults: the policy writes those which OpenKruise writes, any other would change the hashes;
 * - lists that may hold the same key twice in a Pod (env, ports) are atomic;
 * - an explicit null, as templates write for an empty block, means absent;
 * - resource quantities may be plain numbers (`cpu: 0.5`), which "int or string" refuses.
 */
export function podSchema(type: "container" | "volume"): Schema {
  const schema = coreSchema(type);
  relax(schema);
  if (type === "container") {
    const members = propertiesOf(schema);
    atomic(members["env"]);
    atomic(members["ports"]);
    const resources = propertiesOf(members["resources"]);
    for (const kind of ["limits", "requests"]) {
      const quantities = resources[kind];
      if (quantities?.additionalProperties === undefined)
        throw new Error(`resources.${kind}: expected a map`);
      const { pattern } = quantities.additionalProperties;
      quantities.additionalProperties = {
        ...(pattern === undefined ? {} : { pattern }),
        "x-kubernetes-preserve-unknown-fields": true,
      };
    }
  }
  return schema;
}

/** The members of an object schema. */
export function propertiesOf(schema: Schema | undefined): Record<string, Schema> {
  if (schema?.properties === undefined) throw new Error("core schema: expected an object with members");
  return schema.properties;
}

function atomic(schema: Schema | undefined): void {
  if (schema?.type !== "array") throw new Error("core schema: expected a list");
  schema["x-kubernetes-list-type"] = "atomic";
  delete schema["x-kubernetes-list-map-keys"];
}

function relax(schema: Schema): void {
  delete schema.default;
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    relax(member);
    if (!schema.required?.includes(name)) member.nullable = true;
  }
  if (schema.items !== undefined) relax(schema.items);
  if (schema.additionalProperties !== undefined) relax(schema.additionalProperties);
}
