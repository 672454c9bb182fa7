import { isJsonObject, type Json } from "../model/json.ts";

/**
 * JSON as Go's encoding/json writes decoded JSON: members sorted by the bytes of their keys, `<`, `>`, `&`, U+2028 and
 * U+2029 as escapes, half surrogate pairs as U+FFFD. Numbers are doubles in both languages and are spelt alike.
 */
export function goJson(value: Json): string {
  if (typeof value === "string") return goText(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  // Not by way of an object: JavaScript puts keys such as "10" first, whatever the order of insertion.
  const members = Object.entries(value).toSorted(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return `{${members.map(([key, member]) => `${goText(key)}:${goJson(member ?? null)}`).join(",")}}`;
}

function goText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
