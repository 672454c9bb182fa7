import { isJsonObject } from "../model/json.ts";

/** JSON without spaces, members sorted by key at all levels, undefined members left out: equal texts, equal values. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
