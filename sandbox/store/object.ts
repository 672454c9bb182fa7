import { type JsonObject, isObject } from "../json/value.ts";

/** What every stored object carries in `metadata`. */
export type Metadata = JsonObject & {
  name: string;
  /** Absent on cluster-scoped objects. */
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  /** RFC 3339. Present once deletion was asked for. */
  deletionTimestamp?: string;
  /** Seconds, next to deletionTimestamp. */
  deletionGracePeriodSeconds?: number;
  /** Counts changes of what users ask for; absent for kinds that do not count them. */
  generation?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
};

/** A complete object as the store keeps it. Stored objects are never changed: a write stores a new one. */
export type KubeObject = JsonObject & { apiVersion: string; kind: string; metadata: Metadata };

/** Whether an object has what every stored object has. The server's own members of metadata may still be missing. */
function isKubeObject(object: JsonObject): object is KubeObject {
  return (
    typeof object["apiVersion"] === "string" &&
    typeof object["kind"] === "string" &&
    isObject(object["metadata"])
  );
}

/** The object with its type told. Throws for one without apiVersion, kind or metadata. */
export function kubeObject(object: JsonObject): KubeObject {
  if (isKubeObject(object)) return object;
  throw new TypeError(`expected an object with apiVersion, kind and metadata, got ${JSON.stringify(object)}`);
}

/** Kubernetes' time format: RFC 3339 in UTC, whole seconds. */
export function timestamp(date: Date = new Date()): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** The key of an object within its resource: `namespace/name`, or the name of a cluster-scoped object. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
