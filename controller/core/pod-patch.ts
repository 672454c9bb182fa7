import type { Pod } from "../model/pod.ts";
import { hashAnnotation, hashWithoutImageAnnotation } from "../model/sidecarset.ts";
import { type HotStep, hotAnnotations, hotStep } from "./hot-upgrade.ts";
import type { ImageChange } from "./in-flight.ts";
import { isGood } from "./pod-consistency.ts";
import { containerIn, isInitContainer, statusIn } from "./pod-containers.ts";
import { inPlaceStateAnnotation, putHashRecord, putInPlaceState, withoutFirstShape } from "./pod-records.ts";
import { endingSteps, type Halfway } from "./pod-state.ts";
import { type NormalizedSidecarSet, recordedNames, sidecarsOf } from "./sidecars.ts";

/** A strategic-merge patch of one Pod; containers merge by name, `uid` and `resourceVersion` are preconditions. */
export interface PodPatch {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion?: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec?: ContainersPatch;
}

interface ContainersPatch {
  readonly containers?: readonly ContainerPatch[];
  readonly initContainers?: readonly ContainerPatch[];
}

interface ContainerPatch {
  readonly name: string;
  readonly image: string;
}

/** What is to change in one Pod. */
export interface PodChange {
  /**
   * `upgrade` takes the Pod to the set's current hash; `end` ends a hot upgrade and leaves the recorded hash alone;
   * `annotate` takes the annotations to the set's current `patchPodMetadata`.
   */
  readonly kind: "upgrade" | "end" | "annotate";
  readonly images: readonly ImageChange[];
  /** The steps of hot upgrades among the images. */
  readonly steps: readonly HotStep[];
}

/**
 * The upgrade of a Pod; containers that the Pod lacks, and images that it has already, are not named. `unanswered` are
 * containers for which the kubelet has not acted on the last write.
 */
export function upgradeOf(
  pod: Pod,
  { set }: NormalizedSidecarSet,
  unanswered: readonly string[] = [],
): PodChange {
  const good = (container: string) =>
    !unanswered.includes(container) && isGood(pod, set.metadata.name, container);
  const steps: HotStep[] = [];
  const images: ImageChange[] = [];
  for (const sidecar of sidecarsOf(set)) {
    if (!sidecar.hot) images.push(...imageChange(pod, sidecar.name, sidecar.image));
    else {
      const step = hotStep(pod, sidecar, good);
      if (step === undefined || containerIn(pod, step.container) === undefined) continue;
      steps.push(step);
      images.push(...imageChange(pod, step.container, step.image));
    }
  }
  return { kind: "upgrade", images, steps };
}

/** What ends the hot upgrades of a Pod; undefined when none is halfway, or the new containers are not good yet. */
export function endOf(pod: Pod, normalized: NormalizedSidecarSet, known: Halfway): PodChange | undefined {
  const steps = endingSteps(pod, normalized, known);
  if (steps.length === 0) return undefined;
  const images = steps.flatMap(({ container, image }) => imageChange(pod, container, image));
  return { kind: "end", images, steps };
}

function imageChange(pod: Pod, container: string, to: string): readonly ImageChange[] {
  const from = containerIn(pod, container)?.image;
  return from === undefined || from === to ? [] : [{ container, from, to }];
}

/**
 * The single write that makes a change: new images, the set's record in the hash annotation, the roles of hot containers,
 * and what the changed containers run now, by which a restart will be told.
 *
 * `now` is in milliseconds. `guarded` ties the patch to the version of the Pod that was read. Records are written even
 * where no image differs. `revision` is the name of the set's ControllerRevision.
 */
export function podPatch(
  pod: Pod,
  normalized: NormalizedSidecarSet,
  { kind, images, steps }: PodChange,
  options: { readonly now: number; readonly guarded: boolean; readonly revision?: string | undefined },
): PodPatch {
  const { set, hash } = normalized;
  const { name, resourceVersion } = set.metadata;
  const updateTimestamp = `${new Date(options.now).toISOString().slice(0, 19)}Z`;
  const before = new Map(images.map(({ container }) => [container, statusIn(pod, container)]));
  const record = {
    updateTimestamp,
    hash,
    sidecarSetName: name,
    sidecarList: recordedNames(set),
    controllerRevision: options.revision,
  };
  const withoutImage = withoutFirstShape(pod.annotations[hashWithoutImageAnnotation]);
  const first = { revision: hash, updateTimestamp };
  return {
    metadata: {
      uid: pod.uid,
      ...(options.guarded && { resourceVersion: pod.resourceVersion }),
      annotations: {
        ...(kind !== "end" && {
          [hashAnnotation]: putHashRecord(pod.annotations[hashAnnotation], record),
        }),
        ...(kind !== "end" && withoutImage !== undefined && { [hashWithoutImageAnnotation]: withoutImage }),
        ...(kind !== "annotate" && {
          [inPlaceStateAnnotation]: putInPlaceState(
            pod.annotations[inPlaceStateAnnotation],
            name,
            first,
            before,
          ),
        }),
        ...hotAnnotations(steps, pod.annotations, resourceVersion),
      },
    },
    ...(images.length > 0 && { spec: containersPatch(pod, images) }),
  };
}

function containersPatch(pod: Pod, images: readonly ImageChange[]): ContainersPatch {
  const patches = (init: boolean): readonly ContainerPatch[] =>
    images
      .filter(({ container }) => isInitContainer(pod, container) === init)
      .map(({ container, to }) => ({ name: container, image: to }));
  const [containers, initContainers] = [patches(false), patches(true)];
  return {
    ...(containers.length > 0 && { containers }),
    ...(initContainers.length > 0 && { initContainers }),
  };
}
