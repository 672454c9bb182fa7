import { isJsonObject } from "../model/json.ts";
import type { Pod, StringMap } from "../model/pod.ts";
import { jsonMembers, writeMembers } from "./json-members.ts";
import { containerIn } from "./pod-containers.ts";
import type { Sidecar } from "./sidecars.ts";

/** Annotation on a Pod: which of the two containers of a hot sidecar works, as JSON `{"log":"log-1"}`. */
const workingContainerAnnotation = "kruise.io/sidecarset-working-hotupgrade-container";

/** Annotation on a Pod, before a container's name: the version that runs in it, "0" in the one that idles. */
const versionPrefix = "version.sidecarset.kruise.io/";

/** Annotation on a Pod, before a container's name: the version in the other container while both work, else "0". */
const otherVersionPrefix = "versionalt.sidecarset.kruise.io/";

/** One step of a hot upgrade in one Pod. The container that it names gets `image`. */
export interface HotStep {
  readonly sidecar: string;
  /** `start` gives a container the new image, and it is the working one from then on; `reset` makes one idle. */
  readonly kind: "start" | "reset";
  readonly container: string;
  /** The other of the two; it keeps its image, and after a reset it is the working one. */
  readonly other: string;
  readonly image: string;
}

/** The two containers of a hot sidecar; without a record the second one works, as in OpenKruise. */
export function rolesOf(
  { name }: Pick<Sidecar, "name">,
  annotations: StringMap,
): { readonly working: string; readonly other: string } {
  const [first, second] = [`${name}-1`, `${name}-2`];
  return workingContainers(annotations)?.[name] === first
    ? { working: first, other: second }
    : { working: second, other: first };
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
    // Written by hand, perhaps; OpenKruise reads it as absent.
    return undefined;
  }
}

/**
 * True from the start of a hot upgrade until the container that worked before has been reset.
 *
 * The record counts beside the image: a container whose version is "0" idles whatever its image is. It may be the empty
 * image of an earlier spec, or one that was put there by hand.
 */
export function isHalfway(pod: Pod, sidecar: Sidecar): boolean {
  if (!sidecar.hot || sidecar.emptyImage === "") return false;
  const { other } = rolesOf(sidecar, pod.annotations);
  const image = imageOf(pod, other);
  // Native sidecars may be missing: the set had none when the Pod was made.
  if (image === undefined) return false;
  return image !== sidecar.emptyImage && pod.annotations[versionPrefix + other] !== "0";
}

/**
 * The step that takes a hot sidecar of a Pod to the set's image; undefined when the working container has it.
 *
 * While an upgrade is halfway, the container that is not good gets the image, so that the good one goes on serving. When
 * the other one has the image already, the set was rolled back: the failed container is reset and no new one is started.
 * A container with the empty image serves nobody, so it goes first even where it is recorded as the working one.
 */
export function hotStep(
  pod: Pod,
  sidecar: Sidecar,
  isGood: (container: string) => boolean,
): HotStep | undefined {
  const { working, other } = rolesOf(sidecar, pod.annotations);
  if (imageOf(pod, working) === sidecar.image) return undefined;
  const halfway = isHalfway(pod, sidecar);
  if (halfway && imageOf(pod, other) === sidecar.image) return reset(sidecar, working, other);
  const idle = sidecar.names.find((name) => isIdle(pod, sidecar, name));
  if (idle === working) return start(sidecar, working, other);
  if (idle === undefined && halfway && isGood(other) && !isGood(working)) {
    return start(sidecar, working, other);
  }
  return start(sidecar, other, working);
}

/** The step that ends a hot upgrade whose new container is good. One with the empty image serves nobody, whatever is recorded. */
export function endOfUpgrade(pod: Pod, sidecar: Sidecar): HotStep {
  const { working, other } = rolesOf(sidecar, pod.annotations);
  return isIdle(pod, sidecar, working) ? reset(sidecar, working, other) : reset(sidecar, other, working);
}

function start(sidecar: Sidecar, container: string, other: string): HotStep {
  return { sidecar: sidecar.name, kind: "start", container, other, image: sidecar.image };
}

function reset(sidecar: Sidecar, container: string, other: string): HotStep {
  return { sidecar: sidecar.name, kind: "reset", container, other, image: sidecar.emptyImage };
}

/** The annotations that steps change. `version` is the set's resourceVersion, which grows from upgrade to upgrade. */
export function hotAnnotations(
  steps: readonly HotStep[],
  before: StringMap,
  version: string,
): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = {};
  for (const { kind, container, other } of steps) {
    if (kind === "start") {
      annotations[versionPrefix + container] = version;
      annotations[otherVersionPrefix + container] = before[versionPrefix + other] ?? "0";
      annotations[otherVersionPrefix + other] = version;
    } else {
      annotations[versionPrefix + container] = "0";
      annotations[otherVersionPrefix + other] = "0";
    }
  }
  if (steps.length > 0) {
    annotations[workingContainerAnnotation] = putWorking(before[workingContainerAnnotation], steps);
  }
  return annotations;
}

function putWorking(text: string | undefined, steps: readonly HotStep[]): string {
  const working = new Map((jsonMembers(text ?? "") ?? []).map((member) => [member.key, member]));
  for (const { sidecar, kind, container, other } of steps) {
    const name = kind === "start" ? container : other;
    working.set(sidecar, { key: sidecar, text: JSON.stringify(name) });
  }
  return writeMembers([...working.values()]);
}

function isIdle(pod: Pod, { emptyImage }: Sidecar, container: string): boolean {
  return imageOf(pod, container) === emptyImage;
}

function imageOf(pod: Pod, container: string): string | undefined {
  return containerIn(pod, container)?.image;
}
