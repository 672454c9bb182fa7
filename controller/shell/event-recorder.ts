import { randomBytes } from "node:crypto";
import type { ConditionDraft } from "../core/conditions.ts";
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
  readonly client: Pick<ApiClient, "create">;
  readonly clock: Clock;
  readonly logger: Logger;
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
}

/** Writes an Event. One that cannot be written is only logged. */
export async function recordEvent(
  { client, clock, logger, instance }: EventRecorderOptions,
  regarding: Regarding,
  { type, reason, action, note }: Notice,
): Promise<void> {
  const { kind, name } = regarding;
  // Events of cluster-scoped objects live in the namespace "default".
  const namespace = regarding.namespace ?? "default";
  const event = {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, namespace },
    eventTime: new Date(clock.now()).toISOString().replace("Z", "000Z"),
    reportingController: "sidecarset-controller",
    reportingInstance: instance,
    action,
    reason,
    type,
    note: Buffer.from(note).subarray(0, longestNote).toString(),
    regarding,
  };
  try {
    await client.create(events, { namespace }, event, { metadataOnly: true });
  } catch (err) {
    logger.warn({ [kind]: name, reason, err }, "Event not written");
  }
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
  await recordEvent(recorder, regarding, { ...notice, action: "ResetContainer" });
}
