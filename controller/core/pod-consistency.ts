import type { Pod, PodContainerStatus } from "../model/pod.ts";
import { parseDigestReference, sameImage } from "./image-reference.ts";
import { containerIn, isInitContainer, lastingContainers, statusIn } from "./pod-containers.ts";
import { inPlaceState, type LastStatus } from "./pod-records.ts";

/**
 * Tells whether the named containers of a Pod run what its spec says.
 *
 * Images pinned by digest are compared with the reported imageID. For others the in-place state holds what ran before the
 * upgrade: while the same imageID is reported, under another image than the spec's and without a restart, the kubelet has
 * not acted. OpenKruise does not ask for restarts, and compares image names as they are: of two tags of one image, runtimes
 * may go on to report the former.
 */
export function isConsistent(pod: Pod, set: string, names: readonly string[]): boolean {
  if (pod.containers.length !== pod.containerStatuses.length) return false;
  if (names.some((name) => isInitContainer(pod, name) && statusIn(pod, name) === undefined)) return false;
  const byDigest = runsPinnedImages(pod, names);
  if (byDigest !== undefined) return byDigest;
  const state = inPlaceState(pod, set);
  if (state === "absent") return true;
  if (state === "unreadable") return false;
  return names.every((name) => {
    const status = statusIn(pod, name);
    const last = state.before.get(name);
    if (status === undefined || last?.imageID !== status.imageID) return true;
    if (hasRestarted(last, status)) return true;
    const image = containerIn(pod, name)?.image;
    return image === undefined || sameImage(image, status.image);
  });
}

/** True when a container was restarted after what it ran before its last upgrade was recorded. */
export function hasRestarted(last: LastStatus, { restartCount }: PodContainerStatus): boolean {
  return last.restartCount !== undefined && restartCount > last.restartCount;
}

/** Whether the named containers run their pinned images; undefined when one of them is not pinned by digest. */
function runsPinnedImages(pod: Pod, names: readonly string[]): boolean | undefined {
  for (const { name, image } of lastingContainers(pod)) {
    if (!names.includes(name)) continue;
    const wanted = parseDigestReference(image);
    if (wanted === undefined) return undefined;
    const imageID = statusIn(pod, name)?.imageID ?? "";
    const running = parseDigestReference(
      imageID.slice(imageID.indexOf("://") < 0 ? 0 : imageID.indexOf("://") + 3),
    );
    if (running?.repository !== wanted.repository || running.digest !== wanted.digest) return false;
  }
  return true;
}

/** True when a container is ready and runs the image of the Pod's spec. */
export function isGood(pod: Pod, set: string, container: string): boolean {
  return statusIn(pod, container)?.ready === true && isConsistent(pod, set, [container]);
}
