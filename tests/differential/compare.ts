import type { Json, JsonObject } from "./generate/values.ts";

/** Where two documents differ first, with what each has there; undefined when they are equal. */
export function difference(ours: unknown, theirs: unknown, path = ""): string | undefined {
  if (isObject(ours) && isObject(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const found = difference(ours[key], theirs[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
      const found = difference(ours[i], theirs[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Object.is(ours, theirs)) return undefined;
  return `${path}: ours ${JSON.stringify(ours)}, the original's ${JSON.stringify(theirs)}`;
}

/** Annotations of Pods whose value is JSON. */
const WRITTEN_AS_JSON = new Set([
  "kruise.io/sidecarset-hash",
  "kruise.io/sidecarset-hash-without-image",
  "kruise.io/sidecarset-inplace-update-state",
  "kruise.io/sidecarset-working-hotupgrade-container",
]);
/** Go writes these structs even when nothing is in them. */
const ALWAYS_WRITTEN = new Set([
  "creationTimestamp",
  "resources",
  "upgradeStrategy",
  "shareVolumePolicy",
  "updateStrategy",
  "injectionStrategy",
  "status",
  "resourcesExpr",
]);

/**
 * A document without the times at which it was written, since records carry the clock of whoever wrote them, and with
 * the JSON in its annotations in one spelling: Go escapes characters that need none. The order of keys stays.
 */
export function timeless(document: unknown): unknown {
  return mapObjects(document, (key, value) => {
    if (!WRITTEN_AS_JSON.has(key) || typeof value !== "string") return value;
    try {
      return JSON.stringify(
        mapObjects(JSON.parse(value), (name, inner) => {
          // Recorded beside the imageID here, and unknown to the original.
          if (name === "restartCount") return undefined;
          return name === "updateTimestamp" ? 0 : wellFormed(inner);
        }),
      );
    } catch {
      return value;
    }
  });
}

/** Go has no lone surrogates. */
function wellFormed(value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}

/** A document without what Go's types cannot tell from absence: null, "", 0, false, empty lists. Objects stay. */
export function terse(document: unknown): unknown {
  return mapObjects(document, (key, value) => {
    if (value === null || value === "" || value === 0 || value === false) return undefined;
    if (Array.isArray(value) && value.length === 0) return undefined;
    if (ALWAYS_WRITTEN.has(key) && isObject(value) && Object.keys(value).length === 0) return undefined;
    return value;
  });
}

function mapObjects(value: unknown, map: (key: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, map));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, map(key, mapObjects(inner, map))] as const,
  );
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function at(value: unknown, ...steps: (string | number)[]): Json | undefined {
  let found: unknown = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = found[Number(step)];
    else if (isObject(found)) found = found[step];
    else return undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documents are JSON
  return found as Json | undefined;
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: unknown, ...steps: (string | number)[]): JsonObject {
  const found = at(value, ...steps);
  return isObject(found) ? found : {};
}

/** The text at a path; empty where there is none. */
export function textAt(value: unknown, ...steps: (string | number)[]): string {
  const found = at(value, ...steps);
  return typeof found === "string" ? found : "";
}
