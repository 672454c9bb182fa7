import { type ConditionDraft, mergeConditions } from "../core/conditions.ts";
import { type Counters, statusDiffers } from "../core/status.ts";
import type { StatusDetails } from "../core/status-details.ts";
import { isPreconditionFailure } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { compareResourceVersions } from "../k8s/resource-version.ts";
import { sidecarSets } from "../k8s/resource.ts";
import type { Store } from "../k8s/store.ts";
import type { SidecarSet, SidecarSetStatus } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { WorkQueue } from "../runtime/work-queue.ts";
import type { ReconcileResult } from "../runtime/workers.ts";

/** What one pass found out about a set. */
export interface StatusDraft {
  /** Uid and generation of the set that was looked at. */
  readonly uid: string;
  readonly generation: number;
  /** Absent for an invalid set, whose counters and details stay as they are. */
  readonly counters?: Counters;
  /** Absent while the set's history is not known; what the status has stays then. */
  readonly history?: Pick<SidecarSetStatus, "latestRevision" | "collisionCount">;
  readonly details?: StatusDetails;
  readonly conditions: readonly ConditionDraft[];
}

/** What a status writer works with. */
export interface StatusWriterOptions {
  readonly client: Pick<ApiClient, "patch">;
  readonly store: Store<SidecarSet>;
  /** Of this writer alone; `reconcile` is its worker. */
  readonly queue: WorkQueue;
  readonly clock: Clock;
  /** Between two writes to one set. */
  readonly intervalMs: number;
  readonly logger: Logger;
  /** Told of each write that changed the reason of Ready (which Reconciling and Stalled repeat) or InjectionReady. */
  readonly onReason?: (set: SidecarSet, condition: ConditionDraft) => void;
}

interface Written {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly status: SidecarSetStatus;
}

/** Writes the status of sets: the latest draft, when it differs from what is there, and not more often than the interval. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #drafts = new Map<string, StatusDraft>();
  readonly #written = new Map<string, Written>();
  /** On the monotonic clock. */
  readonly #nextWrite = new Map<string, number>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** Takes a draft; the last one counts. */
  offer(name: string, draft: StatusDraft): void {
    this.#drafts.set(name, draft);
    this.#options.queue.add(name);
  }

  /** Forgets a set that is gone. */
  forget(name: string): void {
    for (const map of [this.#drafts, this.#written, this.#nextWrite]) map.delete(name);
  }

  /** Writes the draft of one set if its time has come. */
  async reconcile(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const waitMs = (this.#nextWrite.get(name) ?? 0) - this.#options.clock.monotonic();
    if (waitMs > 0) return { kind: "requeue", afterMs: waitMs, reason: "status interval" };
    await this.#write(name, signal);
    return { kind: "done" };
  }

  /** Writes all drafts that still differ, without waiting for their time; for shutdown. */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.allSettled([...this.#drafts.keys()].map((name) => this.#write(name, signal)));
  }

  async #write(name: string, signal: AbortSignal): Promise<void> {
    const { client, store, clock, intervalMs, logger, onReason } = this.#options;
    const set = store.get(name);
    const draft = this.#drafts.get(name);
    if (set === undefined || draft === undefined || draft.uid !== set.metadata.uid) return;
    const { status: before, resourceVersion } = this.#latest(set);
    const { generation, counters, details, history } = draft;
    const conditions = mergeConditions(before?.conditions ?? [], draft.conditions, generation, clock.now());
    const status = { observedGeneration: generation, ...counters, ...details, ...history, conditions };
    if (!statusDiffers(before, status)) {
      this.#drafts.delete(name);
      return;
    }
    logger.debug({ SidecarSet: name, generation, ...counters }, "Writing status");
    // The server looks at no uid here, and so would give the status to a set that was made anew under the name.
    const body = { metadata: { uid: draft.uid, resourceVersion }, status: merging(status) };
    const patch = { kind: "merge", body } as const;
    try {
      const answer = await client.patch(sidecarSets, { name, subresource: "status" }, patch, {
        signal,
        metadataOnly: true,
      });
      const version = textOf(objectOf(answer, "metadata"), "resourceVersion");
      this.#written.set(name, { uid: draft.uid, resourceVersion: version, status: { ...before, ...status } });
      if (this.#drafts.get(name) === draft) this.#drafts.delete(name);
    } catch (error) {
      // The set has changed, is gone, or another one has its name; the watch brings what is to be done.
      if (isPreconditionFailure(error)) return;
      throw error;
    } finally {
      // From the answer on, so that the server too sees the interval between two writes.
      this.#nextWrite.set(name, clock.monotonic() + intervalMs);
    }
    const reasonsBefore = new Map(before?.conditions?.map(({ type, reason }) => [type, reason]));
    for (const condition of draft.conditions) {
      if (condition.type !== "Ready" && condition.type !== "InjectionReady") continue;
      if (reasonsBefore.get(condition.type) !== condition.reason) onReason?.(set, condition);
    }
  }

  /** What the server has, as far as known: the cache lags behind the last write. */
  #latest({
    metadata,
    status,
  }: SidecarSet): Pick<SidecarSet, "status"> & { readonly resourceVersion: string } {
    const { name, uid, resourceVersion } = metadata;
    const written = this.#written.get(name);
    if (written?.uid !== uid || compareResourceVersions(resourceVersion, written.resourceVersion) >= 0) {
      return { resourceVersion, ...(status && { status }) };
    }
    return written;
  }
}

/** A merge patch removes what is null, and leaves alone what is not named. */
function merging(status: SidecarSetStatus): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(status).map(([name, value]) => [name, value ?? null]));
}
