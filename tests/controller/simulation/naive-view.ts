import type { SidecarContainer, SidecarSet } from "../../../controller/model/sidecarset.ts";
import type { KubeObject } from "../../../sandbox/store/object.ts";
import { emptyImage } from "./objects.ts";

/** A Pod as the API server has it, as far as is looked at. */
export interface ApiPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly containers: readonly ApiContainer[];
    readonly initContainers?: readonly ApiContainer[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ApiContainerStatus[];
    readonly initContainerStatuses?: readonly ApiContainerStatus[];
  };
  /** Of its Namespace; put here by whoever looks. */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
}

/** A container of a Pod. */
export interface ApiContainer {
  readonly name: string;
  readonly image: string;
}

/** What the kubelet reports of a container. */
export interface ApiContainerStatus extends ApiContainer {
  readonly ready: boolean;
  readonly restartCount: number;
}

/** Two containers of which one serves and one idles, but for a hot upgrade that is halfway. */
export interface HotPair {
  readonly sidecar: string;
  readonly containers: readonly [ApiContainer, ApiContainer];
}

/** What a SidecarSet should count, from the API server's objects alone; slow and obvious. */
export interface Recount {
  readonly matchedPods: number;
  readonly updatedPods: number;
  readonly readyPods: number;
  readonly updatedReadyPods: number;
}

/** The store's object under the types of a Pod, in a Namespace with these labels. */
export function apiPod(object: KubeObject, namespaceLabels: Readonly<Record<string, string>> = {}): ApiPod {
  return { ...JSON.parse(JSON.stringify(object)), namespaceLabels };
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

/** All containers, init containers in front. */
export function containersOf({ spec }: ApiPod): readonly ApiContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** What is reported of a container. */
export function statusOf({ status }: ApiPod, container: string): ApiContainerStatus | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === container);
}

/** Ready, and running the image of the spec. */
export function isServing(pod: ApiPod, container: string): boolean {
  return statusOf(pod, container)?.ready === true && runsItsImages(pod, [container]);
}

/** The hot sidecars of a Pod, which are told by the names of their containers: `alpha-0-1` and `alpha-0-2`. */
export function hotPairs(pod: ApiPod): readonly HotPair[] {
  const all = containersOf(pod);
  return all.flatMap((first) => {
    const sidecar = /^(.+-\d+)-1$/.exec(first.name)?.[1];
    const second = all.find(({ name }) => sidecar !== undefined && name === `${sidecar}-2`);
    return sidecar === undefined || second === undefined ? [] : { sidecar, containers: [first, second] };
  });
}

/** True while both containers of a hot sidecar of the set have an image other than the empty one. */
export function isHalfway(pod: ApiPod, set: string): boolean {
  return hotPairs(pod).some((pair) => pair.sidecar.startsWith(`${set}-`) && isBusy(pair));
}

/** True while both containers of a hot sidecar that the set has now have such an image: not what a former set has left. */
export function isHalfwayFor(pod: ApiPod, set: SidecarSet): boolean {
  const hot = new Set(
    sidecarsOf(set)
      .filter(isHot)
      .map(({ name }) => name),
  );
  return hotPairs(pod).some((pair) => hot.has(pair.sidecar) && isBusy(pair));
}

function isBusy({ containers }: HotPair): boolean {
  return containers.every(({ image }) => image !== emptyImage);
}

/** The container of a hot sidecar that serves, by the Pod's own record. */
export function workingContainer({ metadata }: ApiPod, sidecar: string): string | undefined {
  const text = metadata.annotations?.["kruise.io/sidecarset-working-hotupgrade-container"];
  return text === undefined ? undefined : JSON.parse(text)[sidecar];
}

/** True when the set selects the Pod by its labels and those of its Namespace. */
export function isSelected({ metadata, namespaceLabels }: ApiPod, { spec }: SidecarSet): boolean {
  const byNamespace = { matchLabels: {}, ...Object(spec.namespaceSelector) };
  return satisfies(metadata.labels, spec.selector) && satisfies(namespaceLabels, byNamespace);
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
export function runsItsImages(pod: ApiPod, names: readonly string[]): boolean {
  return names.every((name) => {
    const wanted = containersOf(pod).find((container) => container.name === name)?.image;
    return statusOf(pod, name)?.image === wanted;
  });
}

/** True when the set counts the Pod: selected, injected with all its sidecars, and not on its way out. */
export function isMatched(pod: ApiPod, set: SidecarSet): boolean {
  const { annotations, deletionTimestamp } = pod.metadata;
  const injected = (annotations?.["kruise.io/sidecarset-injected-list"] ?? "").split(",");
  const isActive = deletionTimestamp === undefined && !/Succeeded|Failed/.test(pod.status?.phase ?? "");
  // Of whichever kind: a set that was made anew may have in containers what Pods have as native sidecars.
  const names = new Set(containersOf(pod).map(({ name }) => name));
  return (
    isActive &&
    injected.includes(set.metadata.name) &&
    isSelected(pod, set) &&
    // Native sidecars of a set are not asked for, as in OpenKruise.
    (set.spec.containers ?? []).flatMap(namesInPods).every((name) => names.has(name))
  );
}

/** The set's containers and native sidecars; the simulation has no other init containers. */
export function sidecarsOf({ spec }: SidecarSet): readonly SidecarContainer[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
}

/** What a sidecar is called in Pods. */
export function namesInPods(sidecar: SidecarContainer): readonly string[] {
  const { name } = sidecar;
  return isHot(sidecar) ? [`${name}-1`, `${name}-2`] : [name];
}

function isHot({ upgradeStrategy }: SidecarContainer): boolean {
  return upgradeStrategy?.upgradeType === "HotUpgrade";
}

/** The set's sidecars whose image in the Pod is another one; of a hot one, the image that serves. */
export function unlikeTheSet(pod: ApiPod, set: SidecarSet): readonly string[] {
  return sidecarsOf(set)
    .filter((sidecar) => {
      const container = isHot(sidecar) ? workingContainer(pod, sidecar.name) : sidecar.name;
      const carried = containersOf(pod).find((each) => each.name === container);
      return carried !== undefined && carried.image !== sidecar.image;
    })
    .map(({ name }) => name);
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
    pod.status?.phase === "Running" &&
    isReady(pod) &&
    !isHalfwayFor(pod, set) &&
    runsItsImages(pod, sidecarsOf(set).flatMap(namesInPods));
  return {
    matchedPods: matched.length,
    updatedPods: updated.length,
    readyPods: matched.filter(isAvailable).length,
    updatedReadyPods: updated.filter(isAvailable).length,
  };
}
