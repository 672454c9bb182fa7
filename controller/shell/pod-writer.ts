import type { Upgrade } from "../core/plan.ts";
import { type PodPatch, podPatch } from "../core/pod-patch.ts";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import { ApiError, hasStatus, isPreconditionFailure, WriteWithheld } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { PodSharing } from "../k8s/codec/pod-builder.ts";
import { podFromJson } from "../k8s/codec/pod-json.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { pods } from "../k8s/resource.ts";
import type { Store } from "../k8s/store.ts";
import type { JsonObject } from "../model/json.ts";
import { type Pod, podKey, type StringMap } from "../model/pod.ts";
import { samePod } from "../model/same-pod.ts";
import type { LogFields, Logger } from "../observability/logger.ts";
import type { PodAnnotations } from "../policy/pod-annotations.ts";
import type { Clock } from "../runtime/clock.ts";
import type { InFlightWrites } from "./in-flight-writes.ts";

/** What a Pod writer works with. */
export interface PodWriterOptions {
  readonly client: Pick<ApiClient, "get" | "patch">;
  readonly store: Store<Pod>;
  readonly writes: InFlightWrites;
  /** Name of the ControllerRevision of a set; undefined when it could not be written. */
  readonly revisionOf: (normalized: NormalizedSidecarSet) => string | undefined;
  readonly annotations: Pick<PodAnnotations, "changeFor">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How one upgrade went: written, or left alone because the Pod is no longer what was planned for. */
export type WriteResult = "written" | "passed over";

/**
 * Writes upgrades to Pods, one request each, and keeps account of what is in flight. A write without an answer counts as
 * in flight until the Pod has been read again.
 */
export class PodWriter {
  readonly #options: PodWriterOptions;

  constructor(options: PodWriterOptions) {
    this.#options = options;
  }

  /**
   * Rejects with what the server or the connection said, unless that is only that the Pod has changed or gone. `context`
   * goes into every log line.
   */
  async write(
    upgrade: Upgrade,
    normalized: NormalizedSidecarSet,
    context: LogFields,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    const { store, writes, clock, logger } = this.#options;
    const { pod, kind, images, annotates, guarded } = upgrade;
    if (store.get(podKey(pod)) !== pod) return "passed over";
    if (!writes.begin(pod.uid, images, clock.now(), store.resourceVersion)) return "passed over";
    const changes = images.map(({ container, from, to }) => `${container}: ${from} -> ${to}`);
    logger.info({ ...context, Pod: podKey(pod), images: changes }, doing[kind]);
    const patch = podPatch(pod, normalized, upgrade, {
      now: clock.now(),
      guarded,
      revision: this.#options.revisionOf(normalized),
    });
    try {
      const written = annotates
        ? await this.#patchAnnotated(upgrade, patch, normalized, signal)
        : (await this.#patch(pod, patch, signal)) || (guarded && (await this.#patchAnew(pod, patch, signal)));
      if (written) return "written";
      writes.takeBack(pod.uid);
      logger.debug({ ...context, Pod: podKey(pod) }, "Pod has changed or gone, passing over it");
      return "passed over";
    } catch (error) {
      if (isNotDone(error)) writes.takeBack(pod.uid);
      else await this.settle(pod, signal);
      throw error;
    }
  }

  /**
   * Reads a Pod after a write without an answer, so that the cache can tell when it shows the outcome. False when that
   * fails too: the write is lost, and stays in flight.
   */
  async settle(pod: Pod, signal: AbortSignal): Promise<boolean> {
    const { writes } = this.#options;
    const live = await this.#read(pod, signal);
    if (live === undefined) writes.lose(pod.uid);
    else if (live === "gone") writes.drop(pod.uid);
    else writes.settle(pod.uid, live.resourceVersion);
    return live !== undefined;
  }

  /** False when the preconditions do not hold or the Pod is gone. */
  async #patch(pod: Pod, body: PodPatch, signal: AbortSignal): Promise<boolean> {
    const { client, writes } = this.#options;
    const { namespace, name } = pod;
    const patch = { kind: "strategic-merge", body } as const;
    try {
      const answer = await client.patch(pods, { namespace, name }, patch, { signal, metadataOnly: true });
      writes.settle(pod.uid, textOf(objectOf(answer, "metadata"), "resourceVersion"));
      return true;
    } catch (error) {
      if (isPreconditionFailure(error)) return false;
      throw error;
    }
  }

  /** The cache keeps a Pod's version when a newer one differs in nothing it holds; such a Pod is still as planned. */
  async #patchAnew(pod: Pod, patch: PodPatch, signal: AbortSignal): Promise<boolean> {
    const live = await this.#read(pod, signal);
    if (live === undefined || live === "gone" || !samePod(live, pod)) return false;
    const { resourceVersion } = live;
    return this.#patch(pod, { ...patch, metadata: { ...patch.metadata, resourceVersion } }, signal);
  }

  /**
   * Patches a Pod together with the annotations that the policy gives it. These depend on the present ones, of which the
   * cache knows few, so the Pod is read first and written to that very version or read again.
   */
  async #patchAnnotated(
    { pod, kind, guarded }: Upgrade,
    patch: PodPatch,
    normalized: NormalizedSidecarSet,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { client, annotations, logger } = this.#options;
    const { namespace, name } = pod;
    for (let tries = 0; tries < annotationTries; tries++) {
      const object = await client.get(pods, { namespace, name }, { signal }).catch(unlessGone);
      const live = object && podFromJson(object, new PodSharing());
      if (object === undefined || live?.uid !== pod.uid || (guarded && !samePod(live, pod))) return false;
      const change = annotations.changeFor(normalized, annotationsOf(object));
      if (change.kind === "impossible") {
        if (kind === "annotate") throw new ApiError(422, "Invalid", change.problem);
        logger.warn({ Pod: podKey(pod), problem: change.problem }, "Annotations of Pod cannot be patched");
      }
      const { resourceVersion } = live;
      const added = change.kind === "change" ? change.annotations : {};
      const { metadata } = patch;
      const merged = { ...metadata, resourceVersion, annotations: { ...added, ...metadata.annotations } };
      if (await this.#patch(pod, { ...patch, metadata: merged }, signal)) return true;
    }
    return false;
  }

  async #read(pod: Pod, signal: AbortSignal): Promise<Pod | "gone" | undefined> {
    const { namespace, name } = pod;
    try {
      const object = await this.#options.client.get(pods, { namespace, name }, { signal });
      const live = podFromJson(object, new PodSharing());
      return live.uid === pod.uid ? live : "gone";
    } catch (error) {
      // Whatever else it was, the caller is about to report the failure that led here.
      return hasStatus(error, 404) ? "gone" : undefined;
    }
  }
}

/** For the log, by kind of change. */
const doing = {
  upgrade: "Upgrading Pod in place",
  end: "Ending hot upgrade of Pod",
  annotate: "Patching annotations of Pod",
} as const;

/** A kubelet's report in between makes a try fail. */
const annotationTries = 3;

function unlessGone(error: unknown): undefined {
  if (!hasStatus(error, 404)) throw error;
}

function annotationsOf(object: JsonObject): StringMap {
  const annotations = Object.entries(objectOf(objectOf(object, "metadata"), "annotations"));
  return Object.fromEntries(
    annotations.flatMap(([key, value]) => (typeof value === "string" ? [[key, value] as const] : [])),
  );
}

/** True when nothing was sent, or the server answered that it did not write; after a 5xx it may have. */
function isNotDone(error: unknown): boolean {
  if (error instanceof WriteWithheld) return true;
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}
