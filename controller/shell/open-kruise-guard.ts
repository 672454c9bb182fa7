import { openKruise, openKruiseAtWork } from "../core/open-kruise.ts";
import { hasStatus } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { leases, mutatingWebhookConfigurations } from "../k8s/resource.ts";
import type { JsonObject } from "../model/json.ts";
import type { HealthCheck } from "../observability/health.ts";
import type { Logger } from "../observability/logger.ts";
import { type Clock, sleep } from "../runtime/clock.ts";

/** What the guard works with. */
export interface OpenKruiseGuardOptions {
  readonly client: Pick<ApiClient, "get">;
  /** Namespace of OpenKruise's Lease. */
  readonly namespace: string;
  /** Whether there is such a namespace. Without it OpenKruise is not there, and nobody can have granted rights in it. */
  readonly hasNamespace: (name: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between looks while OpenKruise is at work. */
  readonly waitMs?: number;
  /** Between looks while it is not. */
  readonly watchMs?: number;
}

/** OpenKruise has begun to work beside this controller. */
export class OpenKruiseAtWork extends Error {
  override readonly name = "OpenKruiseAtWork";
}

/**
 * Keeps this controller from working while OpenKruise works for the same SidecarSets: both would inject, upgrade beyond
 * maxUnavailable, and overwrite each other's status.
 */
export class OpenKruiseGuard implements HealthCheck {
  readonly name = "openkruise";
  readonly #options: OpenKruiseGuardOptions;
  #problem: string | undefined;
  /** True once the Lease may not be read, until the next wait. */
  #isForbidden = false;

  constructor(options: OpenKruiseGuardOptions) {
    this.#options = options;
  }

  /** Why the controller waits; it is not ready then. */
  problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves when OpenKruise is not at work, however long that takes. Rejects when the signal is aborted. */
  async clear(signal: AbortSignal): Promise<void> {
    const { clock, logger, waitMs = 10_000 } = this.#options;
    for (;;) {
      this.#isForbidden = false;
      const problem = await this.#look(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return `whether OpenKruise is at work cannot be told: ${error instanceof Error ? error.message : String(error)}`;
      });
      if (problem === undefined) break;
      if (problem !== this.#problem) {
        logger.error(
          { problem },
          "Waiting for OpenKruise to stop: see docs/migration.md, or say --beside-openkruise if it leaves SidecarSets alone",
        );
      }
      this.#problem = problem;
      await sleep(clock, waitMs, signal);
    }
    this.#problem = undefined;
  }

  /** Resolves when the signal is aborted; rejects with `OpenKruiseAtWork` when OpenKruise has begun to work before that. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, watchMs = 60_000 } = this.#options;
    while (!signal.aborted) {
      // What cannot be read now is read at the next look; an aborted signal ends the loop.
      await sleep(clock, watchMs, signal).catch(() => {});
      const problem = signal.aborted ? undefined : await this.#look(signal).catch(() => undefined);
      if (problem !== undefined) throw new OpenKruiseAtWork(problem);
    }
  }

  async #look(signal: AbortSignal): Promise<string | undefined> {
    const { client, namespace, hasNamespace, clock } = this.#options;
    if (!hasNamespace(namespace)) return undefined;
    const [webhooks, lease] = await Promise.all([
      client
        .get(mutatingWebhookConfigurations, { name: openKruise.webhooks }, { signal })
        .catch(unlessThere(undefined)),
      this.#isForbidden
        ? ("unknown" as const)
        : client
            .get(leases, { namespace, name: openKruise.lease }, { signal })
            .catch(unlessThere<"unknown">("unknown")),
    ]);
    this.#isForbidden = lease === "unknown";
    return openKruiseAtWork({ webhooks, lease, now: clock.now() });
  }
}

/** Undefined for what is not there, `forbidden` for what may not be read; other failures stay. */
function unlessThere<T>(forbidden: T): (error: unknown) => JsonObject | T | undefined {
  return (error) => {
    if (hasStatus(error, 404)) return undefined;
    if (hasStatus(error, 403)) return forbidden;
    throw error;
  };
}
