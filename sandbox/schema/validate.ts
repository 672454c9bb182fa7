import { type Json, type JsonObject, equal, isObject } from "../json/value.ts";
import { type FieldError, duplicate, invalidValue, required, unsupported, wrongType } from "./field-error.ts";
import { type Schema, memberSchema } from "./schema.ts";

/** Every violation of a schema. `path` is the field that `value` sits at, "" for a whole object. */
export function validateSchema(value: Json, schema: Schema, path = ""): FieldError[] {
  if (value === null && schema.nullable === true) return [];
  const type = typeError(value, schema, path);
  if (type !== undefined) return [type];
  const errors = [...enumErrors(value, schema, path), ...combinedErrors(value, schema, path)];
  if (typeof value === "string") errors.push(...textErrors(value, schema, path));
  else if (typeof value === "number") errors.push(...numberErrors(value, schema, path));
  else if (Array.isArray(value)) errors.push(...listErrors(value, schema, path));
  else if (isObject(value)) errors.push(...objectErrors(value, schema, path));
  return errors;
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function typeError(value: Json, schema: Schema, path: string): FieldError | undefined {
  const actual = typeOf(value);
  if (schema["x-kubernetes-int-or-string"] === true) {
    if (actual === "integer" || actual === "string") return undefined;
    return wrongType(path, actual, `${path} in body must be of type integer,string: "${actual}"`);
  }
  const { type } = schema;
  if (type === undefined || type === "" || type === actual || (type === "number" && actual === "integer")) {
    return undefined;
  }
  return wrongType(path, actual, `${path} in body must be of type ${type}: "${actual}"`);
}

function enumErrors(value: Json, schema: Schema, path: string): FieldError[] {
  if (schema.enum === undefined || schema.enum.some((entry) => equal(entry, value))) return [];
  return [unsupported(path, value, schema.enum)];
}

function combinedErrors(value: Json, schema: Schema, path: string): FieldError[] {
  const errors = (schema.allOf ?? []).flatMap((part) => validateSchema(value, part, path));
  const passes = (part: Schema): boolean => validateSchema(value, part, path).length === 0;
  const say = (what: string): FieldError => invalidValue(path, "", `"${path}" must ${what}`);
  if (schema.anyOf !== undefined && !schema.anyOf.some(passes)) {
    errors.push(say("validate at least one schema (anyOf)"));
  }
  if (schema.oneOf !== undefined && schema.oneOf.filter(passes).length !== 1) {
    errors.push(say("validate one and only one schema (oneOf)"));
  }
  if (schema.not !== undefined && passes(schema.not)) errors.push(say("not validate the schema (not)"));
  return errors;
}

function textErrors(value: string, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const say = (what: string): void =>
    void errors.push(invalidValue(path, value, `${path} in body should ${what}`));
  const length = Array.from(value).length;
  if (schema.minLength !== undefined && length < schema.minLength) {
    say(`be at least ${schema.minLength} chars long`);
  }
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    say(`be at most ${schema.maxLength} chars long`);
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    say(`match '${schema.pattern}'`);
  }
  if (schema.format === "date-time" && Number.isNaN(Date.parse(value))) say("be a date-time");
  return errors;
}

function numberErrors(value: number, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const say = (what: string): void =>
    void errors.push(invalidValue(path, value, `${path} in body should be ${what}`));
  const { minimum, maximum } = schema;
  if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum === true && value === minimum))) {
    say(`greater than ${schema.exclusiveMinimum === true ? "" : "or equal to "}${minimum}`);
  }
  if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum === true && value === maximum))) {
    say(`less than ${schema.exclusiveMaximum === true ? "" : "or equal to "}${maximum}`);
  }
  if (schema.format === "int32" && (value < -(2 ** 31) || value >= 2 ** 31)) say("an int32");
  return errors;
}

function listErrors(list: Json[], schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const say = (what: string): void =>
    void errors.push(invalidValue(path, list.length, `${path} in body should ${what}`));
  if (schema.minItems !== undefined && list.length < schema.minItems)
    say(`have at least ${schema.minItems} items`);
  if (schema.maxItems !== undefined && list.length > schema.maxItems)
    say(`have at most ${schema.maxItems} items`);
  for (const [index, element] of list.entries()) {
    if (schema.items !== undefined)
      errors.push(...validateSchema(element, schema.items, `${path}[${index}]`));
    const identity = elementIdentity(element, schema);
    const first = list.findIndex((other) => equal(elementIdentity(other, schema), identity));
    if (identity !== undefined && first < index) errors.push(duplicate(`${path}[${index}]`, identity));
  }
  return errors;
}

/** What must be unique among the elements of a list, or undefined when nothing must. */
function elementIdentity(element: Json, schema: Schema): Json | undefined {
  if (schema["x-kubernetes-list-type"] === "set" || schema.uniqueItems === true) return element;
  if (schema["x-kubernetes-list-type"] !== "map" || !isObject(element)) return undefined;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  return Object.fromEntries(keys.map((key) => [key, element[key] ?? null]));
}

function objectErrors(object: JsonObject, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const below = (key: string): string => (path === "" ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) {
    if (object[key] === undefined) errors.push(required(below(key)));
  }
  const count = Object.keys(object).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    errors.push(
      invalidValue(path, count, `${path} in body should have at least ${schema.minProperties} properties`),
    );
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    errors.push(
      invalidValue(path, count, `${path} in body should have at most ${schema.maxProperties} properties`),
    );
  }
  for (const [key, member] of Object.entries(object)) {
    if (path === "" && key === "metadata") continue;
    const known = memberSchema(schema, key);
    if (known !== undefined) errors.push(...validateSchema(member, known, below(key)));
  }
  return errors;
}
