import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Revisions } from "./revisions.ts";

type Members = { readonly [member: string]: unknown };

/** An object of any kind but Pod. */
export interface JsonObject {
  readonly metadata: Members & { readonly name: string; readonly namespace?: string };
  readonly [member: string]: unknown;
}

/** A change of one object, as a watch tells it. */
export interface ObjectChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly collection: string;
  readonly object: JsonObject;
}

/** Small collections, kept as JSON and by path: `/apis/GROUP/VERSION/PLURAL`, namespaces left out. Emits `change`. */
export class JsonObjects extends EventEmitter<{ change: [ObjectChange] }> {
  readonly #collections = new Map<string, Map<string, JsonObject>>();
  readonly #revisions: Revisions;

  constructor(revisions: Revisions) {
    super();
    this.#revisions = revisions;
  }

  list(collection: string, namespace?: string): readonly JsonObject[] {
    const objects = [...(this.#collections.get(collection)?.values() ?? [])];
    return namespace === undefined
      ? objects
      : objects.filter(({ metadata }) => metadata.namespace === namespace);
  }

  get(collection: string, name: string, namespace?: string): JsonObject | undefined {
    return this.#collections.get(collection)?.get(keyOf({ name, namespace }));
  }

  /** Undefined when the name is taken. */
  create(collection: string, object: JsonObject): JsonObject | undefined {
    const objects = this.#collections.get(collection) ?? new Map<string, JsonObject>();
    this.#collections.set(collection, objects);
    const key = keyOf(object.metadata);
    if (objects.has(key)) return undefined;
    const creationTimestamp = new Date().toISOString().replace(/\.\d+/, "");
    const metadata = { uid: randomUUID(), creationTimestamp, generation: 1, ...object.metadata };
    return this.#put("ADDED", collection, { ...object, metadata });
  }

  /** Replaces an object that exists; a new spec is a new generation. */
  replace(collection: string, before: JsonObject, after: JsonObject): JsonObject {
    const changed = JSON.stringify(before["spec"]) !== JSON.stringify(after["spec"]);
    const generation = Number(before.metadata["generation"]) + (changed ? 1 : 0);
    const metadata = { ...before.metadata, ...after.metadata, generation };
    return this.#put("MODIFIED", collection, { ...after, metadata });
  }

  delete(collection: string, object: JsonObject): void {
    this.#put("DELETED", collection, object);
    this.#collections.get(collection)?.delete(keyOf(object.metadata));
  }

  #put(type: ObjectChange["type"], collection: string, object: JsonObject): JsonObject {
    const resourceVersion = String(this.#revisions.next());
    const put = { ...object, metadata: { ...object.metadata, resourceVersion } };
    this.#collections.get(collection)?.set(keyOf(put.metadata), put);
    this.emit("change", { type, collection, object: put });
    return put;
  }
}

/** A merge patch (RFC 7386); apply is taken for one, since nobody else owns anything here. */
export function merge(before: unknown, patch: unknown): unknown {
  if (!isMembers(patch)) return patch;
  const merged: Record<string, unknown> = isMembers(before) ? { ...before } : {};
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) delete merged[member];
    else merged[member] = merge(merged[member], value);
  }
  return merged;
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keyOf({
  name,
  namespace,
}: {
  readonly name: string;
  readonly namespace?: string | undefined;
}): string {
  return `${namespace ?? ""}/${name}`;
}
