import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import type { KubeObject } from "../../../sandbox/store/object.ts";

/** A Pod as the API server has it, as far as is looked at. */
export interface ApiPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly image: string;
      readonly restartCount: number;
    }[];
  };
}

/** What a SidecarSet should count, from the API server's objects alone; slow and obvious. */
export interface Recount {
  readonly matchedPods: number;
  readonly updatedPods: number;
  readonly readyPods: number;
  readonly updatedReadyPods: number;
}

/** The store's object under the types of a Pod. */
export function apiPod(object: KubeObject): ApiPod {
  return JSON.parse(JSON.stringify(object));
}

/** The store's object under the types of a SidecarSet. */
export function apiSet(object: KubeObject): SidecarSet {
  return JSON.parse(JSON.stringify(object));
}

/** The hash that a Pod records for a set. */
export function hashOf(
  { metadata }: ApiPod,
  set: string,
  kind: "hash" | "hash-without-image" = "hash",
): string {
  const records = JSON.parse(metadata.annotations?.[`kruise.io/sidecarset-${kind}`] ?? "{}");
  return records[set]?.hash ?? "";
}

/** The hash of a set. */
export function hashOfSet({ metadata }: SidecarSet, kind: "hash" | "hash-without-image" = "hash"): string {
  return metadata.annotations?.[`kruise.io/sidecarset-${kind}`] ?? "";
}

/** True when labels satisfy matchLabels; the simulation uses no expressions. */
export function satisfies(
  labels: Readonly<Record<string, string>> | undefined,
  selector: SidecarSet["spec"]["selector"],
): boolean {
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** Condition Ready. */
export function isReady({ status }: ApiPod): boolean {
  return status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true;
}

/** True when these containers run the images that the Pod's spec gives them. */
export function runsItsImages({ spec, status }: ApiPod, names: readonly string[]): boolean {
  return names.every((name) => {
    const wanted = spec.containers.find((container) => container.name === name)?.image;
    return status?.containerStatuses?.find((container) => container.name === name)?.image === wanted;
  });
}

/** True when the set counts the Pod: selected, injected with all its sidecars, and not on its way out. */
export function isMatched(pod: ApiPod, set: SidecarSet): boolean {
  const { labels, annotations, deletionTimestamp } = pod.metadata;
  const injected = (annotations?.["kruise.io/sidecarset-injected-list"] ?? "").split(",");
  const isActive = deletionTimestamp === undefined && !/Succeeded|Failed/.test(pod.status?.phase ?? "");
  const names = new Set(pod.spec.containers.map(({ name }) => name));
  return (
    isActive &&
    injected.includes(set.metadata.name) &&
    satisfies(labels, set.spec.selector) &&
    sidecarNames(set).every((name) => names.has(name))
  );
}

/** Names of a set's containers. */
export function sidecarNames({ spec }: SidecarSet): readonly string[] {
  return (spec.containers ?? []).map(({ name }) => name);
}

/** True when the set's update strategy would let the Pod be upgraded in place: it differs in images alone. */
export function isWaiting(pod: ApiPod, set: SidecarSet): boolean {
  return (
    isMatched(pod, set) &&
    hashOf(pod, set.metadata.name) !== hashOfSet(set) &&
    hashOf(pod, set.metadata.name, "hash-without-image") === hashOfSet(set, "hash-without-image") &&
    satisfies(pod.metadata.labels, set.spec.updateStrategy?.selector)
  );
}

/** True when only re-creation brings the set's present sidecars into the Pod. */
export function isOutdatedForGood(pod: ApiPod, set: SidecarSet): boolean {
  return hashOf(pod, set.metadata.name, "hash-without-image") !== hashOfSet(set, "hash-without-image");
}

/** Counts the Pods of a set. */
export function recount(pods: readonly ApiPod[], set: SidecarSet): Recount {
  const matched = pods.filter((pod) => isMatched(pod, set));
  const updated = matched.filter((pod) => hashOf(pod, set.metadata.name) === hashOfSet(set));
  const isAvailable = (pod: ApiPod): boolean =>
    pod.status?.phase === "Running" && isReady(pod) && runsItsImages(pod, sidecarNames(set));
  return {
    matchedPods: matched.length,
    updatedPods: updated.length,
    readyPods: matched.filter(isAvailable).length,
    updatedReadyPods: updated.filter(isAvailable).length,
  };
}
