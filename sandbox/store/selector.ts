import { type Json, at } from "../json/value.ts";
import { badRequest } from "../api/status-error.ts";
import type { KubeObject } from "./object.ts";

/** Whether an object is chosen. */
export type Predicate = (object: KubeObject) => boolean;

/**
 * A label selector in its query form: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2`.
 * Text that is none of these is a 400 that quotes it.
 */
export function labelSelector(text: string): Predicate {
  const checks = splitTopLevel(text).map((part) => requirement(part, text));
  return (object) => checks.every((check) => check(object.metadata.labels ?? {}));
}

/** A field selector: `metadata.name=x,status.phase!=Running`. Only the fields in `supported` may be named. */
export function fieldSelector(text: string, supported: (field: string) => boolean): Predicate {
  const checks = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(part);
      if (match === null) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
      const [, field = "", operator, value = ""] = match;
      if (!supported(field)) throw badRequest(`field label not supported: ${field}`);
      return (object: KubeObject) =>
        (fieldText(at(object, ...field.split("."))) === value) === (operator !== "!=");
    });
  return (object) => checks.every((check) => check(object));
}

function fieldText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

type Labels = { readonly [key: string]: string };

function requirement(part: string, whole: string): (labels: Labels) => boolean {
  const set = /^([^\s!=<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(part);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((entry) => entry.trim()));
    const included = (label: string | undefined): boolean => label !== undefined && values.has(label);
    return (labels) => included(labels[key]) === (operator === "in");
  }
  const pair = /^([^\s!=<>(),]+)\s*(==|=|!=|<|>)\s*([^\s!=<>(),]*)$/.exec(part);
  if (pair !== null) {
    const [, key = "", operator, value = ""] = pair;
    if (operator === "!=") return (labels) => labels[key] !== value;
    if (operator === ">") return (labels) => Number(labels[key] ?? Number.NaN) > Number(value);
    if (operator === "<") return (labels) => Number(labels[key] ?? Number.NaN) < Number(value);
    return (labels) => labels[key] === value;
  }
  const exists = /^(!?)\s*([^\s!=<>(),]+)$/.exec(part);
  if (exists !== null) {
    const [, negation, key = ""] = exists;
    return (labels) => key in labels === (negation === "");
  }
  throw badRequest(`unable to parse requirement: found '${part}' in label selector '${whole}'`);
}

/** Splits at commas outside parentheses and drops empty parts. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const char = text[index];
    if (char === "(") depth += 1;
    if (char === ")") depth -= 1;
    if (index === text.length || (char === "," && depth === 0)) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  return parts.filter((part) => part !== "");
}
