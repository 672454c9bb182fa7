import type { JsonObject } from "../json/value.ts";

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

/** Kubernetes' time format: RFC 3339 in UTC, whole seconds. */
export function timestamp(date: Date = new Date()): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** The key of an object within its resource: `namespace/name`, or the name of a cluster-scoped object. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
