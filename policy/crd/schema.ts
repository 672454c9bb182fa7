/** A structural schema of a CustomResourceDefinition, as far as ours uses one. */
export interface Schema {
  description?: string;
  type?: "object" | "array" | "string" | "integer" | "boolean";
  format?: "int32" | "int64";
  nullable?: boolean;
  default?: unknown;
  enum?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  "x-kubernetes-int-or-string"?: true;
  "x-kubernetes-preserve-unknown-fields"?: true;
  "x-kubernetes-list-type"?: "atomic" | "map" | "set";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-validations"?: Rule[];
}

/** A CEL rule. The API server refuses a definition whose estimated cost is too high: bound the lists a rule walks. */
export interface Rule {
  rule: string;
  message: string;
  /** Relative to the schema that holds the rule. */
  fieldPath?: string;
}

/** What may be added to any of the shapes below. */
export type Extra = Omit<Schema, "type" | "description">;

/** A string. */
export function text(description: string, extra: Extra = {}): Schema {
  return { description, type: "string", ...extra };
}

/** One of a few words. */
export function oneOf(description: string, values: string[], extra: Extra = {}): Schema {
  return { description, type: "string", enum: values, ...extra };
}

/** A boolean. */
export function flag(description: string): Schema {
  return { description, type: "boolean" };
}

/** An integer that is never negative. */
export function count(description: string, format: "int32" | "int64" = "int32"): Schema {
  return { description, type: "integer", format, minimum: 0 };
}

/** An object with these members and no others: the API server drops what is not named. */
export function object(description: string, properties: Record<string, Schema>, extra: Extra = {}): Schema {
  return { description, type: "object", properties, ...extra };
}

/** A list that a server-side apply replaces as a whole. */
export function list(description: string, items: Schema, extra: Extra = {}): Schema {
  return { description, type: "array", "x-kubernetes-list-type": "atomic", items, ...extra };
}

/** A list whose entries are told apart by one member; the API server rejects duplicates. */
export function listBy(key: string, description: string, items: Schema, extra: Extra = {}): Schema {
  return {
    description,
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": [key],
    items,
    ...extra,
  };
}

/** A map of strings. */
export function stringMap(description: string): Schema {
  return { description, type: "object", additionalProperties: { type: "string" } };
}

/** A count, or a percentage of the matched Pods such as "30%". */
export function countOrPercent(description: string): Schema {
  return {
    description,
    anyOf: [{ type: "integer" }, { type: "string" }],
    minimum: 0,
    pattern: "^[0-9]+%$",
    "x-kubernetes-int-or-string": true,
  };
}
