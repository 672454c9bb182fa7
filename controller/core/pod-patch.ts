import type { Pod } from "../model/pod.ts";
import { hashAnnotation } from "../model/sidecarset.ts";
import type { ImageChange } from "./in-flight.ts";
import { inPlaceStateAnnotation, putHashRecord, putInPlaceState } from "./pod-records.ts";
import { type NormalizedSidecarSet, recordedNames, sidecarsOf } from "./sidecars.ts";

/** A strategic-merge patch of one Pod; containers merge by name, `uid` and `resourceVersion` are preconditions. */
export interface PodPatch {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion?: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly containers: readonly { readonly name: string; readonly image: string }[] };
}

/** The images of a Pod that differ from the set's; containers that the Pod lacks are not named. */
export function imageChanges(pod: Pod, normalized: NormalizedSidecarSet): readonly ImageChange[] {
  const changes: ImageChange[] = [];
  for (const { name, image, hot } of sidecarsOf(normalized.set)) {
    const from = pod.containers.find((container) => container.name === name)?.image;
    if (!hot && from !== undefined && from !== image) changes.push({ container: name, from, to: image });
  }
  return changes;
}

/**
 * The single write that brings a Pod up to date: new images, the set's record in the hash annotation, and the imageIDs
 * that the changed containers run now, by which a restart will be told.
 *
 * `now` is in milliseconds. `guarded` ties the patch to the version of the Pod that was read. Records are written even
 * where no image differs.
 */
export function podPatch(
  pod: Pod,
  normalized: NormalizedSidecarSet,
  changes: readonly ImageChange[],
  options: { readonly now: number; readonly guarded: boolean },
): PodPatch {
  const { set, hash } = normalized;
  const { name } = set.metadata;
  const updateTimestamp = `${new Date(options.now).toISOString().slice(0, 19)}Z`;
  const imageIDs = new Map(
    changes.map(({ container }) => [
      container,
      pod.containerStatuses.find((status) => status.name === container)?.imageID ?? "",
    ]),
  );
  const record = { updateTimestamp, hash, sidecarSetName: name, sidecarList: recordedNames(set) };
  const state = { revision: hash, updateTimestamp };
  return {
    metadata: {
      uid: pod.uid,
      ...(options.guarded && { resourceVersion: pod.resourceVersion }),
      annotations: {
        [hashAnnotation]: putHashRecord(pod.annotations[hashAnnotation], record),
        [inPlaceStateAnnotation]: putInPlaceState(
          pod.annotations[inPlaceStateAnnotation],
          name,
          state,
          imageIDs,
        ),
      },
    },
    ...(changes.length > 0 && {
      spec: { containers: changes.map(({ container, to }) => ({ name: container, image: to })) },
    }),
  };
}
