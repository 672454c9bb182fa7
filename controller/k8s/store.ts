import type { Logger } from "../observability/logger.ts";
import type { Identity } from "./codec/codec.ts";
import { compareResourceVersions } from "./resource-version.ts";

/** One change of a store. */
export type Change<T> =
  | { readonly kind: "added"; readonly key: string; readonly after: T }
  | { readonly kind: "changed"; readonly key: string; readonly before: T; readonly after: T }
  | { readonly kind: "removed"; readonly key: string; readonly before: T };

/** Is told of every change when the store already has it. Must be quick; what it throws is logged and goes no further. */
export type ChangeListener<T> = (change: Change<T>) => void;

/** Settings of a store. */
export interface StoreOptions<T> {
  readonly identify: (object: T) => Identity;
  /** True when listeners need not hear of a new version. The store then keeps the object it has. */
  readonly same?: (before: T, after: T) => boolean;
  readonly logger: Logger;
}

/**
 * The last known state of one resource. Filled by a reflector: in lists between `beginList` and `endList`, and by
 * single events.
 */
export class Store<T> {
  readonly #objects = new Map<string, T>();
  readonly #listeners: ChangeListener<T>[] = [];
  readonly #identify: (object: T) => Identity;
  readonly #same: (before: T, after: T) => boolean;
  readonly #logger: Logger;
  /** Keys that a running list has not named yet. */
  #unlisted: Set<string> | undefined;
  #resourceVersion = "";
  #hasRestarted = false;

  constructor({ identify, same = () => false, logger }: StoreOptions<T>) {
    this.#identify = identify;
    this.#same = same;
    this.#logger = logger;
  }

  /**
   * Everything up to this version is in the store; "" before the first list. A write answered with a version is visible
   * here once this is not older.
   */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** True when the effects of a write answered with `resourceVersion` are in the store. */
  hasSeen(resourceVersion: string): boolean {
    return compareResourceVersions(this.#resourceVersion, resourceVersion) >= 0;
  }

  /** Listeners are called in the order they were added; one that comes late hears nothing of what is there already. */
  onChange(listener: ChangeListener<T>): void {
    this.#listeners.push(listener);
  }

  /** Starts a list, or starts it again. */
  beginList(): void {
    this.#unlisted = new Set(this.#objects.keys());
    this.#hasRestarted = false;
  }

  /**
   * The server's history has begun anew, as after a restore from a backup: what the running list says counts, though its
   * versions be older.
   */
  restart(): void {
    this.#hasRestarted = true;
  }

  /** The list is complete: what it did not name is gone. */
  endList(resourceVersion: string): void {
    const gone = this.#unlisted ?? [];
    this.#unlisted = undefined;
    for (const key of gone) this.#drop(key);
    if (this.#hasRestarted) this.#resourceVersion = resourceVersion;
    else this.advance(resourceVersion);
    this.#hasRestarted = false;
  }

  /** Puts an object unless a newer version of it is there. Another uid under a known key is a removal and an addition. */
  put(after: T): void {
    const { key, uid, resourceVersion } = this.#identify(after);
    this.#unlisted?.delete(key);
    const before = this.#objects.get(key);
    if (before === undefined) {
      this.#add(key, after);
      return;
    }
    const known = this.#identify(before);
    const age = compareResourceVersions(resourceVersion, known.resourceVersion);
    if (age < 0 && !this.#hasRestarted) return;
    if (known.uid !== uid) {
      this.#drop(key);
      this.#add(key, after);
      return;
    }
    if (age === 0 || this.#same(before, after)) return;
    this.#objects.set(key, after);
    this.#tell({ kind: "changed", key, before, after });
  }

  /** Removes the object of this key, unless a newer one is there. `last` is its state when it was deleted. */
  remove(last: T): void {
    const { key, resourceVersion } = this.#identify(last);
    this.#unlisted?.delete(key);
    const before = this.#objects.get(key);
    if (before === undefined) return;
    if (compareResourceVersions(resourceVersion, this.#identify(before).resourceVersion) < 0) return;
    this.#drop(key);
  }

  /** Notes that the store is complete up to this version. Never goes back but by `restart`. */
  advance(resourceVersion: string): void {
    if (!this.hasSeen(resourceVersion)) this.#resourceVersion = resourceVersion;
  }

  #add(key: string, after: T): void {
    this.#objects.set(key, after);
    this.#tell({ kind: "added", key, after });
  }

  #drop(key: string): void {
    const before = this.#objects.get(key);
    if (before === undefined) return;
    this.#objects.delete(key);
    this.#tell({ kind: "removed", key, before });
  }

  #tell(change: Change<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (err) {
        this.#logger.error({ err, key: change.key, kind: change.kind }, "a listener failed");
      }
    }
  }
}
