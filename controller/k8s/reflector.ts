import { sleep } from "../runtime/clock.ts";
import { ApiError, hasStatus } from "./api-error.ts";
import { backoffMs, reflectorBackoff } from "./backoff.ts";
import { DecodeError, type WatchEvent } from "./codec/codec.ts";
import { readPages } from "./list-pages.ts";
import type { ReflectorOptions } from "./reflector-options.ts";
import { compareResourceVersions } from "./resource-version.ts";
import { resourcePath } from "./resource.ts";
import { readWatch } from "./watch-events.ts";
import { Watchdog } from "./watchdog.ts";

/** Servers send a bookmark a minute; a watch silent for longer has lost its peer. */
const silenceMs = 90_000;

/** A watch that ends sooner did no work; the next one waits. */
const shortestWatchMs = 1_000;

/** Keeps a store equal to the server's collection: pages of a list, then a watch, for ever. */
export class Reflector<T> {
  /** Resolves when the first list is complete; rejects when the reflector is stopped before that. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #random: () => number;
  readonly #path: string;
  readonly #synced = Promise.withResolvers<void>();
  #hasSynced = false;
  /** False until a list is complete, and again when the store cannot be brought up to date by a watch. */
  #isListed = false;
  #streamList: boolean;
  #lastActivity: number;
  /** Lists or watches failed in a row; a frame received ends the row. */
  #failures = 0;
  /** Expired versions in a row, apart from the failures: after a server's restart everybody has one, and it is no reason to wait. */
  #expirations = 0;
  #renewal: PromiseWithResolvers<void> | undefined;
  /** Ends the watch that is open, for the next one. */
  #endWatch: (() => void) | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#streamList = options.streamList ?? false;
    this.#path = resourcePath(
      options.resource,
      options.namespace === undefined ? {} : { namespace: options.namespace },
    );
    this.#lastActivity = options.clock.monotonic();
    this.synced = this.#synced.promise;
    this.synced.catch(() => {});
  }

  get resource(): string {
    return this.#options.resource.plural;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** When the server was last heard or the last try failed, on the monotonic clock. */
  get lastActivity(): number {
    return this.#lastActivity;
  }

  /**
   * Watches anew, and lists first if it must: nothing tells that a connection which has gone silent has lost its peer.
   * Resolves when the server has taken the new watch, so that what was missed is on its way; rejects when the reflector is
   * stopped before that.
   */
  renew(): Promise<void> {
    const renewal = (this.#renewal ??= Promise.withResolvers<void>());
    this.#endWatch?.();
    return renewal.promise;
  }

  /** Resolves when the signal is aborted, and only then. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) await this.#step(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#synced.reject(signal.reason);
      this.#renewal?.reject(signal.reason);
    }
  }

  /** Lists if it must, watches once, and waits if that failed. */
  async #step(signal: AbortSignal): Promise<void> {
    try {
      if (!this.#isListed && !this.#streamList) await this.#list(signal);
      await this.#watch(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DecodeError || hasStatus(error, 410)) this.#isListed = false;
      if (this.#streamList && (hasStatus(error, 400) || hasStatus(error, 422))) {
        this.#streamList = false;
        this.#options.logger.info(
          { resource: this.resource },
          "server does not stream lists, asking for pages",
        );
        return;
      }
      const delayMs = this.#delayAfter(error);
      if (delayMs > 0) await sleep(this.#options.clock, delayMs, signal);
    }
  }

  /** Counts the failure. 0 for the first expired version, the server's own wish where it has one. */
  #delayAfter(error: unknown): number {
    this.#lastActivity = this.#options.clock.monotonic();
    const { logger, observe } = this.#options;
    if (hasStatus(error, 410)) {
      const expirations = this.#expirations++;
      observe?.({ kind: "expired", resource: this.resource });
      logger.info({ resource: this.resource, err: error }, "version expired, listing again");
      return expirations === 0 ? 0 : backoffMs(expirations - 1, reflectorBackoff, this.#random);
    }
    const wished = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
    const delayMs = Math.max(wished, backoffMs(this.#failures++, reflectorBackoff, this.#random));
    observe?.({ kind: "failed", resource: this.resource });
    logger.warn(
      { resource: this.resource, err: error, delayMs: Math.round(delayMs) },
      "list or watch failed",
    );
    return delayMs;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, codec, store, clock, logger } = this.#options;
    const start = clock.monotonic();
    let resourceVersion = "";
    store.beginList();
    for await (const page of readPages(client, (query) => this.#url(query), this.resource, codec, signal)) {
      this.#lastActivity = clock.monotonic();
      ({ resourceVersion } = page);
      if (this.#isBehindStore(resourceVersion)) {
        logger.warn({ resource: this.resource, resourceVersion }, "server's history began anew");
        store.restart();
      }
      for (const object of page.items) store.put(object);
    }
    this.#completeList(resourceVersion, start);
  }

  /** A stream tells its version last, too late for a history begun anew; pages tell it first. */
  #completeStreamedList(resourceVersion: string, start: number): void {
    if (this.#isBehindStore(resourceVersion)) {
      this.#streamList = false;
      throw new DecodeError(
        `list of ${this.resource}: streamed at version ${resourceVersion}, older than known`,
      );
    }
    this.#completeList(resourceVersion, start);
    this.#completeRenewal();
  }

  #completeRenewal(): void {
    this.#renewal?.resolve();
    this.#renewal = undefined;
  }

  #isBehindStore(resourceVersion: string): boolean {
    return compareResourceVersions(resourceVersion, this.#options.store.resourceVersion) < 0;
  }

  #completeList(resourceVersion: string, start: number): void {
    const { store, clock, observe, logger } = this.#options;
    store.endList(resourceVersion);
    this.#isListed = true;
    this.#hasSynced = true;
    this.#synced.resolve();
    const durationMs = clock.monotonic() - start;
    observe?.({ kind: "listed", resource: this.resource, items: store.size, durationMs });
    logger.debug({ resource: this.resource, items: store.size, resourceVersion }, "listed");
  }

  /** Returns when the server ends the watch in good order; any other end throws. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const stop = new AbortController();
    const forward = (): void => stop.abort(signal.reason);
    signal.addEventListener("abort", forward, { once: true });
    const watchdog = new Watchdog(clock, silenceMs, () =>
      stop.abort(new Error(`watch of ${this.resource}: silent for ${silenceMs} ms`)),
    );
    const start = clock.monotonic();
    let isRenewed = false;
    this.#endWatch = () => {
      isRenewed = true;
      stop.abort(new Error(`watch of ${this.resource}: renewed`));
    };
    try {
      await this.#follow(stop.signal, watchdog);
    } catch (error) {
      if (isRenewed && !signal.aborted) return;
      stop.signal.throwIfAborted();
      throw error;
    } finally {
      this.#endWatch = undefined;
      watchdog.stop();
      signal.removeEventListener("abort", forward);
      stop.abort();
    }
    if (clock.monotonic() - start < shortestWatchMs) {
      throw new Error(`watch of ${this.resource}: closed by the server at once`);
    }
    this.#failures = 0;
    this.#expirations = 0;
  }

  async #follow(signal: AbortSignal, watchdog: Watchdog): Promise<void> {
    const { client, codec, clock, store, observe } = this.#options;
    const start = clock.monotonic();
    if (!this.#isListed) store.beginList();
    const answer = await client.stream(this.#watchUrl(), this.resource, codec.accept, signal);
    observe?.({ kind: "watch-started", resource: this.resource });
    if (this.#isListed) this.#completeRenewal();
    await readWatch(answer, codec, {
      heard: () => {
        watchdog.feed();
        this.#lastActivity = clock.monotonic();
      },
      receive: (event) => this.#receive(event, start),
    });
    if (!this.#isListed) throw new Error(`watch of ${this.resource}: ended before the list was complete`);
  }

  #receive(event: WatchEvent<T>, start: number): void {
    const { store } = this.#options;
    switch (event.kind) {
      case "error":
        throw event.error;
      case "bookmark":
        if (event.initialEventsEnd && !this.#isListed)
          this.#completeStreamedList(event.resourceVersion, start);
        else this.#advance(event.resourceVersion);
        break;
      case "deleted":
        store.remove(event.object);
        this.#advance(this.#options.codec.identify(event.object).resourceVersion);
        break;
      case "added":
      case "modified":
        store.put(event.object);
        this.#advance(this.#options.codec.identify(event.object).resourceVersion);
        break;
    }
    this.#failures = 0;
    this.#expirations = 0;
  }

  /**
   * The events of a streamed list come in any order, so before its end no version is complete. Those of a watch come in
   * the order of their versions; one that does not may have been overtaken by the deletion of its object.
   */
  #advance(resourceVersion: string): void {
    const { store } = this.#options;
    if (!this.#isListed) return;
    if (this.#isBehindStore(resourceVersion)) {
      throw new DecodeError(
        `watch of ${this.resource}: expected versions from ${store.resourceVersion} on, got ${resourceVersion}`,
      );
    }
    store.advance(resourceVersion);
  }

  #watchUrl(): string {
    return this.#url({
      watch: "1",
      allowWatchBookmarks: "true",
      timeoutSeconds: String(290 + Math.floor(this.#random() * 290)),
      ...(this.#isListed
        ? { resourceVersion: this.#options.store.resourceVersion }
        : { sendInitialEvents: "true", resourceVersionMatch: "NotOlderThan" }),
    });
  }

  #url(query: Readonly<Record<string, string>>): string {
    return `${this.#path}?${new URLSearchParams({ ...this.#options.query, ...query }).toString()}`;
  }
}
