import { randomBytes } from "node:crypto";
import type { ConditionDraft } from "../core/conditions.ts";
import type { ApiClient } from "../k8s/client.ts";
import { events } from "../k8s/resource.ts";
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
  "SettingsRejected",
  "SettingsTooLarge",
]);

/** Writes an Event for a condition whose reason has changed. One that cannot be written is only logged. */
export async function recordCondition(
  { client, clock, logger, instance }: EventRecorderOptions,
  set: SidecarSet,
  { type, reason, message }: ConditionDraft,
): Promise<void> {
  const { name, uid, resourceVersion } = set.metadata;
  // Events of cluster-scoped objects live in the namespace "default".
  const namespace = "default";
  const event = {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, namespace },
    eventTime: new Date(clock.now()).toISOString().replace("Z", "000Z"),
    reportingController: "sidecarset-controller",
    reportingInstance: instance,
    action: type,
    reason,
    type: warnings.has(reason) ? "Warning" : "Normal",
    note: Buffer.from(message).subarray(0, longestNote).toString(),
    regarding: { apiVersion: set.apiVersion, kind: "SidecarSet", name, uid, resourceVersion },
  };
  try {
    await client.create(events, { namespace }, event, { metadataOnly: true });
  } catch (err) {
    logger.warn({ SidecarSet: name, reason, err }, "Event not written");
  }
}
