import type { Pod } from "../model/pod.ts";
import { parseDigestReference, sameImage } from "./image-reference.ts";
import { containerIn, isInitContainer, lastingContainers, statusIn } from "./pod-containers.ts";
import { inPlaceState } from "./pod-records.ts";

/**
 * Tells whether the named containers of a Pod run what its spec says.
 *
 * Images pinned by digest are compared with the reported imageID. For others the in-place state holds the imageID from
 * before the upgrade: while it is still reported, and under another image than the spec's, the kubelet has not restarted
 * the container. Image names are compared in full form (see `sameImage`), otherwise as OpenKruise does.
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
    if (status === undefined || state.imageIDs.get(name) !== status.imageID) return true;
    const image = containerIn(pod, name)?.image;
    return image === undefined || sameImage(image, status.image);
  });
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
