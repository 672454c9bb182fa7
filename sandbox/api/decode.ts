import { groupVersion, servedVersion } from "../core/resource-type.ts";
import { type Json, type JsonObject, copy, ensureObject, isObject, shown } from "../json/value.ts";
import { fillDefaults, prune } from "../schema/structural.ts";
import { type KubeObject, kubeObject } from "../store/object.ts";
import { StatusError, badRequest } from "./status-error.ts";
import type { Target, WriteContext } from "./write-context.ts";

/**
 * A body as an object of the target's kind, in the version that is stored: checked for kind and namespace,
 * without unknown fields, with defaults. The body itself is left alone.
 */
export function decode(target: Target, body: Json, context: WriteContext): KubeObject {
  const object = checkEnvelope(target, body);
  const metadata = ensureObject(object, "metadata");
  for (const [key, value] of Object.entries(metadata)) if (value === null) delete metadata[key];
  metadata["name"] ??= target.name;
  if (target.name !== "" && metadata["name"] !== target.name) {
    throw badRequest(
      `the name of the object (${shown(metadata["name"])}) does not match the name on the URL (${target.name})`,
    );
  }
  setNamespace(target, metadata);
  const typed = kubeObject(object);
  dropUnknown(target, typed, context);
  const stored = toStorage(target, typed);
  normalise(target, stored);
  return stored;
}

/** Takes labels and annotations away, in place, where there are none: objects are never stored with empty ones. */
export function dropEmptyMaps({ metadata }: JsonObject): void {
  if (!isObject(metadata)) return;
  for (const key of ["labels", "annotations"]) {
    if (isObject(metadata[key]) && Object.keys(metadata[key]).length === 0) delete metadata[key];
  }
}

/** Prunes and fills in defaults once more, after admission may have changed the object; in place. */
export function normalise(target: Target, object: KubeObject): void {
  dropEmptyMaps(object);
  const schema = servedVersion(target.type, target.version)?.schema;
  if (schema !== undefined) {
    prune(object, schema);
    fillDefaults(object, schema);
  }
  target.type.applyDefaults(object);
}

function toStorage({ type }: Target, object: KubeObject): KubeObject {
  const { storage, group, storageVersion, kind } = type;
  if (storage === undefined) return { ...object, apiVersion: groupVersion(group, storageVersion) };
  const { apiVersion } = storage;
  return { ...storage.encode(object), apiVersion, kind, metadata: object.metadata };
}

function checkEnvelope(target: Target, body: Json): JsonObject {
  if (!isObject(body)) throw badRequest("the object provided is unrecognized (must be of type Object)");
  const { kind, group } = target.type;
  const expected = groupVersion(group, target.version);
  const { apiVersion: actual = expected, kind: actualKind = kind } = body;
  if (actualKind !== kind) {
    throw badRequest(`${shown(actualKind)} in version "${target.version}" cannot be handled as a ${kind}`);
  }
  if (actual !== expected) {
    throw badRequest(
      `the API version in the data (${shown(actual)}) does not match the expected API version (${expected})`,
    );
  }
  return { apiVersion: expected, kind, ...copy(body) };
}

function setNamespace(target: Target, metadata: JsonObject): void {
  const { namespace } = target;
  if (namespace === undefined) {
    delete metadata["namespace"];
    return;
  }
  metadata["namespace"] ??= namespace;
  if (metadata["namespace"] !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}

function dropUnknown(target: Target, object: KubeObject, context: WriteContext): void {
  const schema = servedVersion(target.type, target.version)?.schema;
  if (schema === undefined) return;
  const dropped = prune(object, schema).map((path) => `unknown field "${path}"`);
  if (dropped.length === 0) return;
  if (context.fieldValidation === "Warn") context.warnings.push(...dropped);
  if (context.fieldValidation !== "Strict") return;
  const { kind } = target.type;
  throw new StatusError(
    400,
    "BadRequest",
    `${kind} in version "${target.version}" cannot be handled as a ${kind}: strict decoding error: ${dropped.join(", ")}`,
  );
}
