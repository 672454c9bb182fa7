import type { StringMap } from "../model/pod.ts";
import { hashAnnotation, hashWithoutImageAnnotation, type SidecarSet } from "../model/sidecarset.ts";
import { isJsonObject } from "../model/json.ts";

/** A SidecarSet after the policy's defaulting and hashing; its containers have names and images. */
export interface NormalizedSidecarSet {
  readonly set: SidecarSet;
  readonly hash: string;
  readonly hashWithoutImage: string;
}

/** One entry of spec.containers, as Pods carry it. */
export interface Sidecar {
  readonly name: string;
  readonly image: string;
  readonly hot: boolean;
  /** The image of the container that is not working; "" when the set gives none. */
  readonly emptyImage: string;
  /** Container names in a Pod: the name itself, or `-1` and `-2` behind it for a hot upgrade. */
  readonly names: readonly string[];
}

/** Annotation on a Pod: which of the two containers of a hot upgrade works, as JSON `{"log":"log-1"}`. */
const workingContainerAnnotation = "kruise.io/sidecarset-working-hotupgrade-container";

/** Reads the hashes that the policy stamped; a set without them has not been normalised and gives undefined. */
export function withHashes(set: SidecarSet): NormalizedSidecarSet | undefined {
  const hash = set.metadata.annotations?.[hashAnnotation];
  const hashWithoutImage = set.metadata.annotations?.[hashWithoutImageAnnotation];
  return hash === undefined || hashWithoutImage === undefined ? undefined : { set, hash, hashWithoutImage };
}

/** The sidecars that running Pods carry; init containers are not among them. */
export function sidecarsOf(set: SidecarSet): readonly Sidecar[] {
  return (set.spec.containers ?? []).map((container) => {
    const hot = container.upgradeStrategy?.upgradeType === "HotUpgrade";
    return {
      name: container.name,
      image: container.image ?? "",
      hot,
      emptyImage: container.upgradeStrategy?.hotUpgradeEmptyImage ?? "",
      names: hot ? [`${container.name}-1`, `${container.name}-2`] : [container.name],
    };
  });
}

/** What a Pod's record calls `sidecarList`: sidecars and native init sidecars by their names in the set, sorted. */
export function recordedNames(set: SidecarSet): readonly string[] {
  const native = (set.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...native, ...(set.spec.containers ?? [])].map(({ name }) => name).toSorted();
}

/** The container of a hot sidecar that idles with the empty image. */
export function idleContainer(sidecar: Sidecar, annotations: StringMap): string {
  const working = workingContainers(annotations)?.[sidecar.name];
  return working === `${sidecar.name}-1` ? `${sidecar.name}-2` : `${sidecar.name}-1`;
}

/** Working containers by sidecar name; undefined when the Pod has no such annotation or it is not an object. */
export function workingContainers(
  annotations: StringMap,
): { readonly [sidecar: string]: unknown } | undefined {
  const text = annotations[workingContainerAnnotation];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Written by hand, perhaps; the reference reads it as absent.
    return undefined;
  }
}
