import { randomBytes } from "node:crypto";
import type { ConditionDraft } from "../core/conditions.ts";
import type { EventSeries } from "../core/event-series.ts";
import { hasStatus, WriteWithheld } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { events } from "../k8s/resource.ts";
import type { Pod } from "../model/pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../runtime/clock.ts";

/** The API server takes 1024 bytes; a character cut in two may grow by two. */
const longestNote = 1020;

/** What an event recorder works with. */
export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, "create" | "patch">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this recorder alone. */
  readonly series: EventSeries;
  /** Name of this process among replicas. */
  readonly instance: string;
}

/** Reasons that need a person. */
const warnings = new Set([
  "InvalidSpec",
  "PolicyNotFound",
  "PodRecreationRequired",
  "RestartOverdue",
  "RevisionNotFound",
  "SettingsRejected",
  "SettingsReverted",
  "SettingsTooLarge",
]);

/** The object that an Event is about. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a cluster-scoped object. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What is told of an object. */
export interface Notice {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  /** What the controller did or tried. */
  readonly action: string;
  readonly note: string;
  /** The part of the object that it happened to; what happens to another part is not joined with it. */
  readonly part?: string;
}

/**
 * Writes an Event, or counts on the one about the same thing that went before. One that cannot be written is only logged.
 */
export async function recordEvent(
  recorder: EventRecorderOptions,
  regarding: Regarding,
  notice: Notice,
): Promise<void> {
  const { client, clock, logger, series } = recorder;
  // Events of cluster-scoped objects live in the namespace "default".
  const namespace = regarding.namespace ?? "default";
  const kind = `${notice.action} ${notice.reason} ${notice.part ?? ""}`;
  const occurrence = series.happened(regarding.uid, kind, clock.monotonic());
  if (occurrence.kind === "skip") return;
  try {
    if (occurrence.kind === "count") {
      const { name, count } = occurrence;
      const body = { series: { count, lastObservedTime: microTime(clock.now()) } };
      await client.patch(events, { namespace, name }, { kind: "merge", body }, { metadataOnly: true });
    } else {
      const event = eventOf(recorder, namespace, regarding, notice);
      await client.create(events, { namespace }, event, { metadataOnly: true });
      series.created(regarding.uid, kind, event.metadata.name);
    }
  } catch (err) {
    series.lost(regarding.uid, kind);
    if (occurrence.kind === "count" && hasStatus(err, 404)) {
      await recordEvent(recorder, regarding, notice);
      return;
    }
    const fields = { [regarding.kind]: regarding.name, reason: notice.reason, err };
    if (err instanceof WriteWithheld) logger.debug(fields, "Event not written");
    else logger.warn(fields, "Event not written");
  }
}

function eventOf(
  { clock, instance }: EventRecorderOptions,
  namespace: string,
  regarding: Regarding,
  { type, reason, action, note }: Notice,
) {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${regarding.name}.${randomBytes(8).toString("hex")}`, namespace },
    eventTime: microTime(clock.now()),
    reportingController: "sidecarset-controller",
    reportingInstance: instance,
    action,
    reason,
    type,
    note: Buffer.from(note).subarray(0, longestNote).toString(),
    regarding,
  };
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

/** Writes an Event for a condition whose reason has changed. */
export async function recordCondition(
  recorder: EventRecorderOptions,
  set: SidecarSet,
  { type, reason, message }: ConditionDraft,
): Promise<void> {
  const { name, uid, resourceVersion } = set.metadata;
  const { apiVersion, kind } = set;
  const notice = {
    type: warnings.has(reason) ? "Warning" : "Normal",
    reason,
    action: type,
    note: message,
  } as const;
  await recordEvent(recorder, { apiVersion, kind, name, uid, resourceVersion }, notice);
}

/** Tells on a Pod that the failed or outdated container of a hot upgrade was given the empty image, or why not. */
export async function recordReset(
  recorder: EventRecorderOptions,
  { namespace, name, uid, resourceVersion }: Pod,
  containers: readonly string[],
  failure?: string,
): Promise<void> {
  const regarding = { apiVersion: "v1", kind: "Pod", namespace, name, uid, resourceVersion };
  const what = `the image of ${containers.join(", ")} to the empty image`;
  const notice =
    failure === undefined
      ? ({ type: "Normal", reason: "ResetContainerSucceed", note: `Reset ${what}` } as const)
      : ({
          type: "Warning",
          reason: "ResetContainerFailed",
          note: `Cannot reset ${what}: ${failure}`,
        } as const);
  await recordEvent(recorder, regarding, { ...notice, action: "ResetContainer", part: containers.join() });
}

/** Tells that Pods of a set keep the previous sidecars until they are re-created. */
export async function recordNotUpgradable(
  recorder: EventRecorderOptions,
  { apiVersion, kind, metadata }: SidecarSet,
  pods: number,
): Promise<void> {
  const { name, uid, resourceVersion } = metadata;
  await recordEvent(
    recorder,
    { apiVersion, kind, name, uid, resourceVersion },
    {
      type: "Normal",
      reason: "NotUpgradablePods",
      action: "Upgrade",
      note: `${pods} Pods cannot be upgraded in place and are left out; their condition SidecarSetUpgradable is False`,
    },
  );
}
