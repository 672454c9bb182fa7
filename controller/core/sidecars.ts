import {
  hashAnnotation,
  hashWithoutImageAnnotation,
  type SidecarContainer,
  type SidecarSet,
} from "../model/sidecarset.ts";

/** A SidecarSet after the policy's defaulting and hashing; its containers have names and images. */
export interface NormalizedSidecarSet {
  readonly set: SidecarSet;
  readonly hash: string;
  readonly hashWithoutImage: string;
}

/** One sidecar of a set that running Pods carry. */
export interface Sidecar {
  readonly name: string;
  readonly image: string;
  /** An init container that keeps running. */
  readonly native: boolean;
  readonly hot: boolean;
  /** The image of the container that is not working; "" when the set gives none. */
  readonly emptyImage: string;
  /** Container names in a Pod: the name itself, or `-1` and `-2` behind it for a hot upgrade. */
  readonly names: readonly string[];
}

/** Reads the hashes that the policy stamped; a set without them has not been normalised and gives undefined. */
export function withHashes(set: SidecarSet): NormalizedSidecarSet | undefined {
  const hash = set.metadata.annotations?.[hashAnnotation];
  const hashWithoutImage = set.metadata.annotations?.[hashWithoutImageAnnotation];
  return hash === undefined || hashWithoutImage === undefined ? undefined : { set, hash, hashWithoutImage };
}

/** Containers and native sidecars of a set; other init containers have ended in a running Pod. */
export function sidecarsOf(set: SidecarSet): readonly Sidecar[] {
  const native = (set.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [
    ...native.map((container) => sidecarOf(container, true)),
    ...(set.spec.containers ?? []).map((container) => sidecarOf(container, false)),
  ];
}

function sidecarOf({ name, image, upgradeStrategy }: SidecarContainer, native: boolean): Sidecar {
  const hot = upgradeStrategy?.upgradeType === "HotUpgrade";
  const emptyImage = upgradeStrategy?.hotUpgradeEmptyImage ?? "";
  const names = hot ? [`${name}-1`, `${name}-2`] : [name];
  return { name, image: image ?? "", native, hot, emptyImage, names };
}

/** What a Pod's record calls `sidecarList`: sidecars by their names in the set, sorted. */
export function recordedNames(set: SidecarSet): readonly string[] {
  return sidecarsOf(set)
    .map(({ name }) => name)
    .toSorted();
}

/** Whether some init container of the set keeps running. */
export function hasNativeSidecars({ set }: NormalizedSidecarSet): boolean {
  return (set.spec.initContainers ?? []).some(({ restartPolicy }) => restartPolicy === "Always");
}
