import type { Logger } from "../observability/logger.ts";
import { type Clock, sleep } from "./clock.ts";

/** The lease as it was read or written last. */
export interface Lease {
  /** Changes with every write. */
  readonly resourceVersion: string;
  /** "" when it was released. */
  readonly holder: string;
  /** How long the holder wants others to wait after its last renewal. */
  readonly durationMs: number;
  /** How often the holder has changed. */
  readonly transitions: number;
}

/** What a holder writes into the lease. */
export type LeaseContent = Omit<Lease, "resourceVersion">;

/** Where the lease is kept. Writes reject with `LeaseConflict` when somebody else wrote first; all may reject otherwise. */
export interface LeaseAccess {
  /** Undefined when there is none yet. */
  read(signal: AbortSignal): Promise<Lease | undefined>;
  create(content: LeaseContent, signal: AbortSignal): Promise<Lease>;
  /** Writes over exactly this version. */
  replace(lease: Lease, content: LeaseContent, signal: AbortSignal): Promise<Lease>;
}

/** Somebody else has written the lease since it was read. */
export class LeaseConflict extends Error {
  override readonly name = "LeaseConflict";
}

/** Times of an election, in milliseconds. */
export interface ElectionTimes {
  /** Others take over when the lease was not renewed for so long. */
  readonly durationMs: number;
  /** A holder that could not renew for so long stops working; must be well below `durationMs`. */
  readonly renewDeadlineMs: number;
  /** Between renewals, and between looks of those who wait. */
  readonly intervalMs: number;
  /** After a failed renewal; also the longest time for one request. */
  readonly retryMs: number;
}

/** Times in the proportions that leave a holder three renewals, and those who wait a margin behind its last moment. */
export function electionTimes(durationMs: number): ElectionTimes {
  return {
    durationMs,
    renewDeadlineMs: (durationMs * 2) / 3,
    intervalMs: durationMs / 3,
    retryMs: (durationMs * 2) / 15,
  };
}

/** One write per five seconds; takes over 15 s after the holder died, at once when it released. */
export const defaultElectionTimes: ElectionTimes = electionTimes(15_000);

/** Settings of an election. */
export interface LeaderElectionOptions {
  readonly lease: LeaseAccess;
  /** Different for every process, also for two runs of one Pod. */
  readonly identity: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly times?: ElectionTimes;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly observe?: (leads: boolean) => void;
}

/**
 * At most one process leads, as long as clocks run at about the same speed: whether a lease is over is judged by the own
 * clock since the lease was last seen to change, never by times that others wrote.
 */
export class LeaderElection {
  /** Resolves when this process begins to lead; never when it does not. */
  readonly elected: Promise<void>;
  readonly #options: LeaderElectionOptions;
  readonly #times: ElectionTimes;
  readonly #random: () => number;
  readonly #elected = Promise.withResolvers<void>();
  /** Version that was seen last, and when it was seen first. */
  #seen = { resourceVersion: "", at: 0 };
  /** The lease as this process wrote it; undefined when somebody else may have written since. */
  #held: Lease | undefined;
  /** What the last read said. */
  #isHeldByAnother = false;
  /** When the last successful renewal was sent. */
  #renewedAt = -Infinity;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#times = options.times ?? defaultElectionTimes;
    this.#random = options.random ?? Math.random;
    this.elected = this.#elected.promise;
  }

  /** True while this process may write. Ask before every batch: it turns false by itself when renewals fail. */
  get leads(): boolean {
    return this.#options.clock.monotonic() - this.#renewedAt < this.#times.renewDeadlineMs;
  }

  /**
   * Waits for the lease and keeps it. Resolves with `released` once the signal is aborted and the lease given back, or
   * with `lost`: the process should end, because it may have believed itself leader for a moment too long.
   */
  async run(signal: AbortSignal): Promise<"released" | "lost"> {
    const { identity, logger, observe } = this.#options;
    observe?.(false);
    try {
      await this.#acquire(signal);
      logger.info({ identity }, "leading");
      observe?.(true);
      this.#elected.resolve();
      await this.#keep(signal);
      logger.error({ identity }, "leadership lost");
      return "lost";
    } catch (error) {
      if (!signal.aborted) throw error;
      await this.#release();
      return "released";
    } finally {
      this.#renewedAt = -Infinity;
      observe?.(false);
    }
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    while (!(await this.#attempt(signal))) {
      await sleep(this.#options.clock, this.#times.intervalMs * (0.9 + this.#random() * 0.2), signal);
    }
  }

  /** Returns when the lease is lost. */
  async #keep(signal: AbortSignal): Promise<void> {
    let pauseMs = this.#times.intervalMs;
    while (this.leads) {
      await sleep(this.#options.clock, pauseMs, signal);
      const renewed = await this.#attempt(signal);
      if (!renewed && this.#isHeldByAnother) return;
      pauseMs = renewed ? this.#times.intervalMs : this.#times.retryMs;
    }
  }

  /** Takes or renews the lease if that is allowed. False when it is not, or when the request failed. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const { clock, lease, logger } = this.#options;
    const sentAt = clock.monotonic();
    const limit = new AbortController();
    const forward = (): void => limit.abort(signal.reason);
    signal.addEventListener("abort", forward, { once: true });
    const timer = clock.after(this.#times.retryMs, () =>
      limit.abort(new Error(`lease: no answer in ${this.#times.retryMs} ms`)),
    );
    try {
      signal.throwIfAborted();
      const current = this.#held ?? (await lease.read(limit.signal));
      const content = this.#contentAfter(current);
      this.#isHeldByAnother = content === undefined;
      if (content === undefined) return false;
      this.#held =
        current === undefined
          ? await lease.create(content, limit.signal)
          : await lease.replace(current, content, limit.signal);
      this.#renewedAt = sentAt;
      return true;
    } catch (err) {
      this.#held = undefined;
      signal.throwIfAborted();
      if (!(err instanceof LeaseConflict)) logger.warn({ err }, "lease could not be read or written");
      return false;
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", forward);
    }
  }

  /** What to write over the lease; undefined when another process holds it. */
  #contentAfter(lease: Lease | undefined): LeaseContent | undefined {
    const { identity, clock } = this.#options;
    const { durationMs } = this.#times;
    if (lease === undefined) return { holder: identity, durationMs, transitions: 0 };
    if (lease.resourceVersion !== this.#seen.resourceVersion) {
      this.#seen = { resourceVersion: lease.resourceVersion, at: clock.monotonic() };
    }
    if (lease.holder === identity) return { holder: identity, durationMs, transitions: lease.transitions };
    const isOver = clock.monotonic() - this.#seen.at >= lease.durationMs;
    if (lease.holder !== "" && !isOver) return undefined;
    return { holder: identity, durationMs, transitions: lease.transitions + 1 };
  }

  /** Gives the lease back, so that another process need not wait for its end. Failing is no harm. */
  async #release(): Promise<void> {
    const { lease, clock, logger, identity } = this.#options;
    if (this.#renewedAt === -Infinity) return;
    this.#renewedAt = -Infinity;
    const limit = new AbortController();
    const timer = clock.after(this.#times.retryMs, () =>
      limit.abort(new Error("lease: not released in time")),
    );
    try {
      const held = this.#held ?? (await lease.read(limit.signal));
      if (held?.holder !== identity) return;
      const content = { holder: "", durationMs: 1_000, transitions: held.transitions };
      await lease.replace(held, content, limit.signal);
    } catch (err) {
      logger.warn({ err }, "lease could not be released");
    } finally {
      timer.cancel();
    }
  }
}
