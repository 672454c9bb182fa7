import { type Json, isObject } from "../json/value.ts";

/**
 * A reader for the JSONPath subset of printer columns: `.spec.a`, `.metadata.annotations.a\.b/c`, `['a']`,
 * `[0]`, `[*]` and `[?(@.type=="Ready")]`. It answers every value that the path leads to. A path that is none
 * of these leads nowhere.
 */
export function jsonPath(path: string): (value: Json) => Json[] {
  const steps = [...path.matchAll(stepPattern)].map((match) => step(match));
  return (value) =>
    steps.reduce<Json[]>((values, follow) => values.flatMap((entry) => follow(entry)), [value]);
}

const stepPattern =
  /\.((?:\\.|[^.[\\])+)|\['([^']*)'\]|\[(\d+)\]|\[(\*)\]|\[\?\(@\.([\w.]+)\s*(==|!=)\s*["']([^"']*)["']\)\]/g;

function step(match: RegExpMatchArray): (value: Json) => Json[] {
  const [, member, quoted, index, all, field, operator, wanted] = match;
  const key = member?.replaceAll(/\\(.)/g, "$1") ?? quoted;
  if (key !== undefined) return (value) => memberOf(value, key);
  if (index !== undefined)
    return (value) => (Array.isArray(value) ? value.slice(Number(index), Number(index) + 1) : []);
  if (all !== undefined) return (value) => elements(value);
  const read = jsonPath(`.${field ?? ""}`);
  return (value) =>
    elements(value).filter((entry) => read(entry).includes(wanted ?? "") === (operator === "=="));
}

function memberOf(value: Json, key: string): Json[] {
  const found = isObject(value) ? value[key] : undefined;
  return found === undefined ? [] : [found];
}

function elements(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}
