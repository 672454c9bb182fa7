import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";

/**
 * How a Go type writes a member. Plain: left out at its zero value; `!`: always there, with the zero value where it is
 * absent; `?`: behind a pointer, left out only when absent; `?!`: behind a pointer, null when absent.
 */
type Scalar =
  | "text"
  | "text!"
  | "text?"
  | "text?!"
  | "int"
  | "int!"
  | "int?"
  | "bool"
  | "bool?"
  | "texts"
  | "texts!"
  | "map"
  | "quantity!"
  | "quantity?"
  | "quantities";

type Member =
  | Scalar
  | { readonly kind: "object"; readonly type: Type; readonly absent: "omit" | "null" | "zero" }
  | { readonly kind: "list"; readonly type: Type; readonly absent: "omit" | "null" };

/** Members of an object by name. */
export interface Type {
  readonly [member: string]: Member;
}

/** An object behind a pointer. */
export function object(type: Type): Member {
  return { kind: "object", type, absent: "omit" };
}

/** An object behind a pointer that is written as null when absent. */
export function objectOrNull(type: Type): Member {
  return { kind: "object", type, absent: "null" };
}

/** An object that is always written. */
export function objectAlways(type: Type): Member {
  return { kind: "object", type, absent: "zero" };
}

/** A list that is left out when it is empty. */
export function list(type: Type): Member {
  return { kind: "list", type, absent: "omit" };
}

/** A list that is written as null when absent. */
export function listOrNull(type: Type): Member {
  return { kind: "list", type, absent: "null" };
}

/**
 * An object as a program with these Go types writes it after reading it: unknown members dropped, zero values left out or
 * filled in. `stored` gives the text under which a quantity is kept. Members of a wrong kind read as absent.
 */
export function typed(value: Json | undefined, type: Type, stored: (quantity: Json) => string): JsonObject {
  const source = isJsonObject(value) ? value : {};
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(type)) {
    const written = typedMember(source[name] ?? undefined, member, stored);
    if (written !== undefined) members[name] = written;
  }
  return members;
}

/** Undefined for a member that is left out. */
function typedMember(
  value: Json | undefined,
  member: Member,
  stored: (quantity: Json) => string,
): Json | undefined {
  if (typeof member === "string") return typedScalar(value, member, stored);
  if (member.kind === "object") {
    if (isJsonObject(value) || member.absent === "zero") return typed(value, member.type, stored);
    return member.absent === "null" ? null : undefined;
  }
  if (!isList(value)) return member.absent === "null" ? null : undefined;
  if (value.length === 0 && member.absent === "omit") return undefined;
  return value.map((item) => typed(item, member.type, stored));
}

function typedScalar(
  value: Json | undefined,
  scalar: Scalar,
  stored: (quantity: Json) => string,
): Json | undefined {
  switch (scalar) {
    case "text":
    case "int":
    case "bool":
      return value === "" || value === 0 || value === false ? undefined : value;
    case "text!":
      return value ?? "";
    case "int!":
      return value ?? 0;
    case "text?":
    case "int?":
    case "bool?":
      return value;
    case "text?!":
      return value ?? null;
    case "texts":
      return isList(value) && value.length > 0 ? value : undefined;
    case "texts!":
      return value ?? null;
    case "map":
      return isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined;
    case "quantity!":
      return value === undefined ? "0" : stored(value);
    case "quantity?":
      return value === undefined ? undefined : stored(value);
    case "quantities":
      if (!isJsonObject(value) || Object.keys(value).length === 0) return undefined;
      return Object.fromEntries(
        Object.entries(value).map(([name, quantity]) => [name, stored(quantity ?? "0")]),
      );
    default:
      return scalar satisfies never;
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
