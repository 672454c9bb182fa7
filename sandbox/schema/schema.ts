import type { Json, JsonObject } from "../json/value.ts";

/** A structural schema as CustomResourceDefinitions carry it. CEL rules (`x-kubernetes-validations`) are not read. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: Json;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
}

/** A schema as it stands in a definition. That it is one is taken on trust: the sandbox does not check definitions. */
export function readSchema(value: JsonObject): Schema {
  return value;
}

/** The schema of a member of an object, or undefined when the schema does not speak of it. */
export function memberSchema(schema: Schema, key: string): Schema | undefined {
  const named = schema.properties?.[key];
  if (named !== undefined) return named;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}
