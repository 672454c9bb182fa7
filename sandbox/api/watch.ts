import type { ServedVersion } from "../core/resource-type.ts";
import { groupVersion, storeKey } from "../core/resource-type.ts";
import type { JsonObject } from "../json/value.ts";
import type { StoreEvent } from "../store/event-log.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import type { Scope } from "./lists.ts";
import { type Form, type RowObject, partialMetadata, table } from "./representation.ts";
import { present } from "./present.ts";
import { expired } from "./status-error.ts";

/** What a watch was asked for. */
export interface WatchRequest {
  readonly scope: Scope;
  readonly served: ServedVersion;
  readonly version: string;
  readonly form: Form;
  readonly include: RowObject;
  /** "" and "0" begin with the present state as ADDED events. */
  readonly resourceVersion: string;
  /** Watch-list: the present state, then a bookmark that says it is complete. */
  readonly sendInitialEvents: boolean;
  readonly bookmarks: boolean;
  /** Seconds after which the server ends the watch. */
  readonly timeoutSeconds: number;
}

/** Where frames go. */
export interface WatchSink {
  write(frame: string): void;
  end(): void;
}

type EventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";

/** One open watch. Opening it sends what is due at once; `close` ends it from outside. */
export class Watch {
  private readonly request: WatchRequest;
  private readonly store: Store;
  private readonly sink: WatchSink;
  private readonly timers: NodeJS.Timeout[] = [];
  private unlisten: () => void = () => {};
  private headersSent = false;
  /** While true nothing is sent, bookmarks included; what happens meanwhile is lost to the client. */
  silent = false;

  constructor(request: WatchRequest, store: Store, sink: WatchSink) {
    this.request = request;
    this.store = store;
    this.sink = sink;
  }

  /** Starts the watch. Bookmarks come every `bookmarkMs`, and shortly before the end. */
  open(bookmarkMs: number): void {
    const { resourceVersion, sendInitialEvents, scope } = this.request;
    if (sendInitialEvents || resourceVersion === "" || resourceVersion === "0") this.sendPresentState();
    else {
      const from = Number(resourceVersion);
      const missed = this.store.changesAfter(storeKey(scope.type), from);
      if (missed === undefined) {
        this.sendExpired(from);
        return;
      }
      for (const event of missed) this.forward(event);
    }
    this.unlisten = this.store.listen(storeKey(scope.type), (event) => this.forward(event));
    this.schedule(bookmarkMs);
  }

  close(): void {
    this.unlisten();
    for (const timer of this.timers) clearTimeout(timer);
    this.sink.end();
  }

  private schedule(bookmarkMs: number): void {
    const { bookmarks, timeoutSeconds } = this.request;
    if (bookmarks) {
      this.timers.push(setInterval(() => this.sendBookmark({}), bookmarkMs));
      const last = timeoutSeconds * 1000 - 2000;
      if (last > 0) this.timers.push(setTimeout(() => this.sendBookmark({}), last));
    }
    this.timers.push(setTimeout(() => this.close(), timeoutSeconds * 1000));
    for (const timer of this.timers) timer.unref();
  }

  private sendPresentState(): void {
    const { scope, sendInitialEvents } = this.request;
    for (const object of this.store.list(storeKey(scope.type))) {
      if (scope.matches(object)) this.send("ADDED", this.body(object));
    }
    if (sendInitialEvents) this.sendBookmark({ "k8s.io/initial-events-end": "true" });
  }

  /** Passes on a change as seen through the selectors: an object may come into view or go out of it. */
  private forward(event: StoreEvent): void {
    const { matches } = this.request.scope;
    const before = event.previous !== undefined && matches(event.previous);
    const after = event.type !== "DELETED" && matches(event.object);
    if (after) this.send(before ? "MODIFIED" : "ADDED", this.body(event.object));
    else if (before && event.type === "DELETED") this.send("DELETED", this.body(event.object));
    else if (before && event.previous !== undefined) {
      const { resourceVersion } = event.object.metadata;
      const last = { ...event.previous, metadata: { ...event.previous.metadata, resourceVersion } };
      this.send("DELETED", this.body(last));
    }
  }

  private body(object: KubeObject): JsonObject {
    const { form, served, include, scope, version } = this.request;
    const shown = present({ type: scope.type, version }, object);
    if (form === "metadata") return partialMetadata(shown);
    if (form === "object") return shown;
    const { resourceVersion } = object.metadata;
    const rows = table(served, [shown], { resourceVersion }, include, !this.headersSent);
    this.headersSent = true;
    return rows;
  }

  private sendBookmark(annotations: JsonObject): void {
    const { form, scope, version, served } = this.request;
    const apiVersion = groupVersion(scope.type.group, version);
    const metadata = {
      resourceVersion: String(this.store.revision),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    };
    if (form === "table") {
      this.send(
        "BOOKMARK",
        table(served, [], { resourceVersion: metadata.resourceVersion }, "None", !this.headersSent),
      );
    } else if (form === "metadata") {
      this.send("BOOKMARK", { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata });
    } else {
      // A bookmark is an empty object of the kind, and this is how an empty Pod is written.
      const rest = scope.type.kind === "Pod" ? { spec: { containers: null }, status: {} } : {};
      this.send("BOOKMARK", { kind: scope.type.kind, apiVersion, metadata, ...rest });
    }
  }

  private sendExpired(from: number): void {
    const error = expired(`too old resource version: ${from} (${this.store.revision})`);
    this.send("ERROR", error.toStatus());
    this.sink.end();
  }

  private send(type: EventType, object: JsonObject): void {
    if (!this.silent) this.sink.write(`${JSON.stringify({ type, object })}\n`);
  }
}
