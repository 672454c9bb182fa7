import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import {
  nextStep,
  ownRevisions,
  type Pin,
  pinOf,
  revisionLimit,
  surplusRevisions,
} from "../core/revision.ts";
import type { PinnedRevision } from "../core/settings.ts";
import { ApiError, ConnectionError, WriteWithheld } from "../k8s/api-error.ts";
import { dataDigest } from "../k8s/codec/revision-codec.ts";
import type { Revision } from "../model/revision.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import { type TypingPolicy, revisionData } from "../policy/revision-data.ts";
import type { Clock } from "../runtime/clock.ts";
import type { AdoptedRevisions } from "./adopted-revisions.ts";
import type { PinnedRevisions } from "./pinned-revisions.ts";
import type { RevisionIndex } from "./revision-index.ts";
import type { RevisionWriter } from "./revision-writer.ts";

/** What a revision history works with. */
export interface RevisionHistoryOptions {
  readonly index: RevisionIndex;
  readonly writer: RevisionWriter;
  readonly pinned: PinnedRevisions;
  readonly adopted: AdoptedRevisions;
  readonly policy: TypingPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The history of one state of a set. */
export interface SetHistory {
  /** Name of the revision that holds this state. */
  readonly latest: string;
  readonly collisionCount: number;
  /** What injectionStrategy.revision comes to; undefined for a set that does not ask for a revision. */
  readonly pin: ResolvedPin | undefined;
}

/** The revision that new Pods are to get, or what was looked for in vain and what there is, newest first. */
export type ResolvedPin =
  | { readonly kind: "found"; readonly revision: PinnedRevision }
  | { readonly kind: "missing"; readonly asked: string; readonly known: readonly string[] };

interface Known {
  readonly normalized: NormalizedSidecarSet;
  /** The revisions that it was made from, by identity. */
  readonly revisions: ReadonlyMap<string, Revision>;
  readonly history: SetHistory;
  /** False for what was only read: labels and surplus revisions are still to be looked at. */
  readonly recorded: boolean;
}

/** Revisions that are too many because they are in use are looked at again after this time. */
const truncationIntervalMs = 60_000;

/**
 * Keeps a ControllerRevision for every state of every set, as OpenKruise does: a state that the set goes back to gets a new
 * number, and the oldest go when there are too many, but none that is in use.
 */
export class RevisionHistory {
  readonly #options: RevisionHistoryOptions;
  readonly #known = new Map<string, Known>();
  /** Why the present state of a set could not be recorded, when it could not. */
  readonly #problems = new Map<string, { readonly normalized: NormalizedSidecarSet; readonly why: string }>();
  readonly #data = new WeakMap<NormalizedSidecarSet, { readonly text: string; readonly digest: string }>();
  /** When a set's surplus may be looked for again, on the monotonic clock. */
  readonly #nextTruncation = new Map<string, number>();

  constructor(options: RevisionHistoryOptions) {
    this.#options = options;
  }

  /** The history of this state of a set, if it can be told without a request. */
  find(set: SidecarSet, normalized: NormalizedSidecarSet): SetHistory | undefined {
    const known = this.#current(normalized);
    if (known !== undefined) return known.history;
    const own = this.#own(set);
    const step = nextStep(own, this.#dataOf(normalized).digest);
    if (step.kind !== "current") return undefined;
    const pin = pinOf(own, set.spec.injectionStrategy);
    const resolved = pin && this.#resolved(pin, own);
    if (pin !== undefined && resolved === undefined) return undefined;
    const history = { latest: step.latest.name, collisionCount: collisionsOf(set), pin: resolved };
    return this.#keep(normalized, history, false);
  }

  /** Name of the revision of this state, once `find` or `record` has told it. */
  latestOf(normalized: NormalizedSidecarSet): string | undefined {
    return this.#current(normalized)?.history.latest;
  }

  /** Why this state is not in the history: what the last attempt came to. Undefined while there was none. */
  problemOf(normalized: NormalizedSidecarSet): string | undefined {
    const problem = this.#problems.get(normalized.set.metadata.name);
    return problem?.normalized === normalized ? problem.why : undefined;
  }

  /** When `record` should be called again without a change, in milliseconds; undefined when there is no need. */
  nextLookMs(name: string): number | undefined {
    const next = this.#nextTruncation.get(name);
    return next === undefined ? undefined : Math.max(0, next - this.#options.clock.monotonic());
  }

  /**
   * Brings the history up to this state of a set. `inUse` gives the names of the revisions that Pods record; it is asked
   * only when there are too many revisions. Rejects when something could not be written.
   */
  async record(
    set: SidecarSet,
    normalized: NormalizedSidecarSet,
    inUse: () => ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<SetHistory> {
    const known = this.#current(normalized);
    if (known?.recorded === true && !this.#isTruncationDue(set)) return known.history;
    try {
      return await this.#record(set, normalized, inUse, signal);
    } catch (error) {
      if (error instanceof ApiError || error instanceof ConnectionError) {
        this.#problems.set(set.metadata.name, { normalized, why: error.message });
      }
      throw error;
    }
  }

  async #record(
    set: SidecarSet,
    normalized: NormalizedSidecarSet,
    inUse: () => ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<SetHistory> {
    const { writer, adopted, pinned } = this.#options;
    await adopted.takeOver(set, this.#own(set), signal);
    const { latest, collisionCount } = await this.#latest(set, normalized, signal);
    const { name } = await writer.label(latest, normalized.set, signal);
    const pin = pinOf(this.#own(set), set.spec.injectionStrategy);
    if (pin?.revision !== undefined) await pinned.fetch(pin.revision, normalized.set, signal);
    const resolved = pin && this.#resolved(pin, this.#own(set));
    await this.#truncate(set, inUse, signal);
    this.#problems.delete(set.metadata.name);
    return this.#keep(normalized, { latest: name, collisionCount, pin: resolved }, true);
  }

  /** Forgets a set that is gone; its revisions go with it by their owner reference. */
  forget(name: string): void {
    this.#known.delete(name);
    this.#problems.delete(name);
    this.#nextTruncation.delete(name);
    this.#options.pinned.forget(name);
  }

  #own({ metadata }: SidecarSet): readonly Revision[] {
    return ownRevisions(this.#options.index.revisionsOf(metadata.name).values(), metadata.uid);
  }

  async #latest(
    set: SidecarSet,
    normalized: NormalizedSidecarSet,
    signal: AbortSignal,
  ): Promise<{ readonly latest: Revision; readonly collisionCount: number }> {
    const { writer, logger } = this.#options;
    const { text, digest } = this.#dataOf(normalized);
    const step = nextStep(this.#own(set), digest);
    const collisionCount = collisionsOf(set);
    if (step.kind === "current") return { latest: step.latest, collisionCount };
    const { name, generation } = set.metadata;
    const { revision } = step;
    if (step.kind === "bump") {
      logger.info(
        { SidecarSet: name, generation, ControllerRevision: step.latest.name },
        "Returning to revision",
      );
      return { latest: await writer.bump(step.latest, revision, signal), collisionCount };
    }
    logger.info({ SidecarSet: name, generation, revision }, "Creating revision");
    return writer.create(normalized.set, { data: text, revision, collisionCount }, digest, signal);
  }

  #current(normalized: NormalizedSidecarSet): Known | undefined {
    const { name } = normalized.set.metadata;
    const known = this.#known.get(name);
    const isCurrent = known?.revisions === this.#options.index.revisionsOf(name);
    return isCurrent && known.normalized === normalized ? known : undefined;
  }

  #keep(normalized: NormalizedSidecarSet, history: SetHistory, recorded: boolean): SetHistory {
    const { name } = normalized.set.metadata;
    const revisions = this.#options.index.revisionsOf(name);
    this.#known.set(name, { normalized, revisions, history, recorded });
    return history;
  }

  #resolved({ asked, revision }: Pin, own: readonly Revision[]): ResolvedPin | undefined {
    if (revision === undefined)
      return { kind: "missing", asked, known: own.map(({ name }) => name).toReversed() };
    const found = this.#options.pinned.get(revision);
    return found && { kind: "found", revision: found };
  }

  #dataOf(normalized: NormalizedSidecarSet): { readonly text: string; readonly digest: string } {
    const known = this.#data.get(normalized);
    if (known !== undefined) return known;
    const text = revisionData(this.#options.policy, normalized.set.spec);
    const data = { text, digest: dataDigest(text) };
    this.#data.set(normalized, data);
    return data;
  }

  #isTruncationDue({ metadata }: SidecarSet): boolean {
    const next = this.#nextTruncation.get(metadata.name);
    return next !== undefined && this.#options.clock.monotonic() >= next;
  }

  /** A revision too many does no harm, so a failure is only logged and tried again. */
  async #truncate(set: SidecarSet, inUse: () => ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { writer, clock, logger } = this.#options;
    const { name } = set.metadata;
    if (clock.monotonic() < (this.#nextTruncation.get(name) ?? 0)) return;
    try {
      for (const revision of surplusRevisions(this.#own(set), set, inUse)) {
        logger.info({ SidecarSet: name, ControllerRevision: revision.name }, "Deleting old revision");
        await writer.remove(revision, signal);
      }
    } catch (err) {
      signal.throwIfAborted();
      if (err instanceof WriteWithheld) throw err;
      logger.warn({ SidecarSet: name, err }, "Old revisions not deleted");
    }
    if (this.#own(set).length <= revisionLimit(set.spec)) this.#nextTruncation.delete(name);
    else this.#nextTruncation.set(name, clock.monotonic() + truncationIntervalMs);
  }
}

function collisionsOf({ status }: SidecarSet): number {
  return status?.collisionCount ?? 0;
}
