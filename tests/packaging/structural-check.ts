import type { Schema } from "../../policy/crd/schema.ts";

/**
 * What an API server would hold against a value under a structural schema: wrong types, missing members, members that it
 * would drop. Rules in CEL are not evaluated. An empty list means the value would be stored as it is.
 */
export function structuralProblems(value: unknown, schema: Schema, path = ""): string[] {
  const at = path === "" ? "the object" : path;
  if (value === null) return schema.nullable ? [] : [`${at}: null`];
  if (schema["x-kubernetes-int-or-string"]) {
    if (typeof value !== "string" && !Number.isInteger(value))
      return [`${at}: expected an integer or a string`];
  } else if (schema.type === undefined) {
    if (!schema["x-kubernetes-preserve-unknown-fields"])
      throw new Error(`${at}: the schema says nothing of the type`);
  } else if (!hasType(value, schema.type)) {
    return [`${at}: expected ${schema.type}`];
  }
  return [
    ...scalarProblems(value, schema, at),
    ...listProblems(value, schema, path),
    ...memberProblems(value, schema, path),
  ];
}

function hasType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && !Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function scalarProblems(value: unknown, schema: Schema, at: string): string[] {
  const problems: string[] = [];
  if (schema.enum !== undefined && !schema.enum.some((word) => word === value)) {
    problems.push(`${at}: expected one of ${schema.enum.join(", ")}, got ${JSON.stringify(value)}`);
  }
  if (typeof value === "string") {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      problems.push(`${at}: does not match`);
    if (value.length < (schema.minLength ?? 0)) problems.push(`${at}: too short`);
    if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) problems.push(`${at}: too long`);
  }
  if (typeof value === "number") {
    if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY)) problems.push(`${at}: too small`);
    if (value > (schema.maximum ?? Number.POSITIVE_INFINITY)) problems.push(`${at}: too large`);
  }
  return problems;
}

function listProblems(value: unknown, schema: Schema, path: string): string[] {
  if (!Array.isArray(value)) return [];
  const items: unknown[] = value;
  const problems: string[] = [];
  if (items.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) problems.push(`${path}: too many`);
  const keys = schema["x-kubernetes-list-map-keys"];
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (schema.items !== undefined)
      problems.push(...structuralProblems(item, schema.items, `${path}[${index}]`));
    if (keys === undefined || typeof item !== "object" || item === null) continue;
    const members = new Map(Object.entries(item));
    const key = JSON.stringify(keys.map((name) => members.get(name)));
    if (seen.has(key)) problems.push(`${path}[${index}]: duplicate`);
    seen.add(key);
  }
  return problems;
}

function memberProblems(value: unknown, schema: Schema, path: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const members = new Map(Object.entries(value));
  const problems: string[] = (schema.required ?? [])
    .filter((name) => !members.has(name))
    .map((name) => `${path}.${name}: missing`);
  // The API server knows metadata by itself.
  const isMetadata = path === ".metadata" && schema.properties === undefined;
  for (const [name, member] of members) {
    const known = schema.properties?.[name] ?? schema.additionalProperties;
    if (known !== undefined) problems.push(...structuralProblems(member, known, `${path}.${name}`));
    else if (!schema["x-kubernetes-preserve-unknown-fields"] && !isMetadata)
      problems.push(`${path}.${name}: unknown`);
  }
  return problems;
}
