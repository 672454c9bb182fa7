import { type JsonObject, textAt } from "../json/value.ts";
import { type FieldError, invalidValue, required } from "../schema/field-error.ts";
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

const longestMessage = 1024;

/** The members that a core Event always has. */
export function defaultEvent(event: JsonObject): void {
  event["source"] ??= {};
  event["firstTimestamp"] ??= null;
  event["lastTimestamp"] ??= null;
}

/** What an Event must have that comes through `events.k8s.io`. Errors name the fields of the core Event. */
export function validateEvent(event: JsonObject, old: JsonObject | undefined): FieldError[] {
  if (old !== undefined) return [];
  const errors: FieldError[] = [];
  if (event["eventTime"] === undefined || event["eventTime"] === null) errors.push(required("eventTime"));
  if ((textAt(event, "message") ?? "").length > longestMessage) {
    errors.push(invalidValue("message", "", `can have at most ${longestMessage} characters`));
  }
  const involved = textAt(event, "involvedObject", "namespace") ?? "";
  const own = textAt(event, "metadata", "namespace") ?? "";
  // Events about objects without namespace are kept in `default`.
  if (involved !== own && !(involved === "" && own === "default")) {
    errors.push(invalidValue("involvedObject.namespace", involved, "does not match event.namespace"));
  }
  return errors;
}

function rename(object: JsonObject, to: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [to.get(key) ?? key, value]));
}
