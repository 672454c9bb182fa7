import { type Json, type JsonObject, copy, isObject } from "../json/value.ts";

/** Applies an RFC 7386 merge patch to a copy of `document`: null removes, objects merge, all else replaces. */
export function applyMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  return merge(copy(document), patch);
}

function merge(target: JsonObject, patch: JsonObject): JsonObject {
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete target[key];
    else if (isObject(change)) {
      const present: Json | undefined = target[key];
      target[key] = merge(isObject(present) ? present : {}, change);
    } else target[key] = copy(change);
  }
  return target;
}
