import type { JsonObject } from "../json/value.ts";
import type { Storage } from "./resource-type.ts";

/** Members of an `events.k8s.io/v1` Event and their names in the core Event, as which they are stored. */
const names: readonly (readonly [served: string, stored: string])[] = [
  ["regarding", "involvedObject"],
  ["note", "message"],
  ["reportingController", "reportingComponent"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
];

/** The two Event resources show the same objects. */
export const eventStorage: Storage = {
  key: "events",
  apiVersion: "v1",
  encode: (event) => rename(event, new Map(names)),
  decode: (event) => rename(event, new Map(names.map(([served, stored]) => [stored, served]))),
};

function rename(object: JsonObject, to: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [to.get(key) ?? key, value]));
}
