import { isJsonObject, type JsonObject } from "../model/json.ts";

/** Where OpenKruise's manager shows itself. */
export const openKruise = {
  webhooks: "kruise-mutating-webhook-configuration",
  lease: "kruise-manager",
  namespace: "kruise-system",
} as const;

/** What is seen of OpenKruise. */
export interface OpenKruiseSigns {
  /** Its MutatingWebhookConfiguration; undefined when there is none. */
  readonly webhooks: JsonObject | undefined;
  /** Its Lease; "unknown" when it may not be read, undefined when there is none. */
  readonly lease: JsonObject | "unknown" | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Why OpenKruise is taken to be at work; undefined when it is not. Its manager holds its Lease, or, where that may not be
 * read, its webhooks are called for Pods or SidecarSets.
 */
export function openKruiseAtWork({ webhooks, lease, now }: OpenKruiseSigns): string | undefined {
  if (lease === "unknown") {
    const served = webhooks === undefined ? [] : servedKinds(webhooks);
    if (served.length === 0) return undefined;
    return `MutatingWebhookConfiguration ${openKruise.webhooks} has OpenKruise called for ${served.join(" and ")}`;
  }
  const holder = lease === undefined ? undefined : holderOf(lease, now);
  return holder === undefined ? undefined : `${holder} holds OpenKruise's Lease ${openKruise.lease}`;
}

/** Those of the kinds that both would handle. */
function servedKinds(configuration: JsonObject): readonly string[] {
  const served = new Set(
    objectsIn(configuration["webhooks"])
      .flatMap(({ rules }) => objectsIn(rules))
      .flatMap(namesOf),
  );
  return ["pods", "sidecarsets"].filter((resource) => served.has(resource));
}

function namesOf({ resources }: JsonObject): readonly unknown[] {
  return Array.isArray(resources) ? (resources as readonly unknown[]) : [];
}

/** A Lease that was renewed within twice its duration is held: clocks differ, and a manager may be about to renew. */
function holderOf({ spec }: JsonObject, now: number): string | undefined {
  if (!isJsonObject(spec)) return undefined;
  const { holderIdentity, renewTime, leaseDurationSeconds } = spec;
  if (typeof holderIdentity !== "string" || holderIdentity === "" || typeof renewTime !== "string")
    return undefined;
  const durationMs = 1_000 * (typeof leaseDurationSeconds === "number" ? leaseDurationSeconds : 15);
  return Date.parse(renewTime) + 2 * durationMs > now ? holderIdentity : undefined;
}

function objectsIn(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? (list as readonly unknown[]).filter(isJsonObject) : [];
}
