import {
  keptAnnotationPrefixes,
  type Pod,
  type PodContainer,
  type PodContainerStatus,
  type PodOwner,
  type StringMap,
} from "../../model/pod.ts";
import { Pool } from "./pool.ts";

/** Enough for the distinct values of 100,000 Pods in a few thousand workloads. */
const capacity = 32_768;

/** Never part of a value that the API server accepts in these fields, so it tells joined values apart. */
const separator = "\u0000";

/**
 * Shares what Pods have in common. The Pods of one workload then differ only in name, uid, node, times and annotations.
 */
export class PodSharing {
  readonly #text = new Pool<string>(capacity);
  readonly #labels = new Pool<StringMap>(capacity);
  readonly #containers = new Pool<readonly PodContainer[]>(capacity);
  readonly #statuses = new Pool<readonly PodContainerStatus[]>(capacity);
  readonly #owners = new Pool<PodOwner>(capacity);

  text(value: string): string {
    return value === "" ? "" : this.#text.share(value, () => value);
  }

  /** `entries` are keys and values by turns, in any order; a key given twice has its last value. */
  labels(entries: readonly string[]): StringMap {
    const ordered = inKeyOrder(entries) ? entries : sortedEntries(entries);
    return this.#labels.share(ordered.join(separator), () => Object.freeze(mapOf(ordered)));
  }

  containers(containers: readonly PodContainer[]): readonly PodContainer[] {
    let id = "";
    for (const { name, image, restartPolicy } of containers) {
      id += name + separator + image + separator + restartPolicy + separator;
    }
    return this.#containers.share(id, () => containers);
  }

  statuses(statuses: readonly PodContainerStatus[]): readonly PodContainerStatus[] {
    let id = "";
    for (const { name, image, imageID, ready, restartCount } of statuses) {
      id += [name, image, imageID, ready ? "1" : "0", restartCount, ""].join(separator);
    }
    return this.#statuses.share(id, () => statuses);
  }

  owner(owner: PodOwner): PodOwner {
    const { kind, name, uid } = owner;
    return this.#owners.share(kind + separator + name + separator + uid, () => owner);
  }
}

/** True for annotations that the controller keeps. */
export function isKeptAnnotation(key: string): boolean {
  for (const prefix of keptAnnotationPrefixes) if (key.startsWith(prefix)) return true;
  return false;
}

/** An object without prototype from keys and values by turns. */
export function mapOf(entries: readonly string[]): StringMap {
  const map: { [key: string]: string } = Object.create(null);
  for (let index = 0; index < entries.length; index += 2)
    map[entries[index] ?? ""] = entries[index + 1] ?? "";
  return map;
}

function inKeyOrder(entries: readonly string[]): boolean {
  for (let index = 2; index < entries.length; index += 2) {
    if ((entries[index - 2] ?? "") >= (entries[index] ?? "")) return false;
  }
  return true;
}

function sortedEntries(entries: readonly string[]): readonly string[] {
  const map = mapOf(entries);
  return Object.keys(map)
    .sort()
    .flatMap((key) => [key, map[key] ?? ""]);
}

/** Milliseconds since the epoch from RFC 3339; 0 for "" and for what is no time. */
export function timeOf(text: string): number {
  return text === "" ? 0 : Date.parse(text) || 0;
}

/** A Pod without anything, which a codec fills member by member. Writable, to be handed out as `Pod`. */
export function emptyPod(): { -readonly [K in keyof Pod]: Pod[K] } {
  return {
    namespace: "",
    name: "",
    uid: "",
    resourceVersion: "",
    labels: noLabels,
    annotations: noLabels,
    creationTimestamp: 0,
    deletionTimestamp: 0,
    nodeName: "",
    phase: "",
    ready: false,
    readyTransitionTime: 0,
    upgradable: null,
    containers: none,
    initContainers: none,
    containerStatuses: none,
    initContainerStatuses: none,
    owner: null,
  };
}

const noLabels: StringMap = Object.freeze(mapOf([]));
const none: readonly never[] = Object.freeze([]);
