import type { Store } from "../store/store.ts";
import { forbiddenField } from "../schema/field-error.ts";
import type { Exchange } from "./http-exchange.ts";
import { scopeOf } from "./lists.ts";
import { acceptedForm } from "./representation.ts";
import { includeOf, isTrue } from "./request-query.ts";
import type { ResourceRoute } from "./route.ts";
import { StatusError, invalid } from "./status-error.ts";
import { Watch } from "./watch.ts";

/** An open watch with what identifies it to tests. */
interface OpenWatch {
  readonly watch: Watch;
  readonly path: string;
  readonly destroy: () => void;
}

/** Opens watches and keeps hold of them, so that tests can disturb them and the server can close them. */
export class WatchHandler {
  private readonly store: Store;
  private readonly bookmarkMs: number;
  private readonly open = new Set<OpenWatch>();

  constructor(store: Store, bookmarkMs: number) {
    this.store = store;
    this.bookmarkMs = bookmarkMs;
  }

  /** How many watches are open. */
  get count(): number {
    return this.open.size;
  }

  handle(exchange: Exchange, route: ResourceRoute): void {
    const { target, served } = route;
    const { response, url } = exchange;
    const query = url.searchParams;
    checkVersion(query);
    const request = {
      scope: scopeOf(target.type, target.namespace, query),
      served,
      version: target.version,
      form: acceptedForm(exchange.request.headers.accept),
      include: includeOf(url),
      resourceVersion: query.get("resourceVersion") ?? "",
      sendInitialEvents: isTrue(query.get("sendInitialEvents")),
      bookmarks: isTrue(query.get("allowWatchBookmarks")),
      // The real server picks 30 to 60 minutes when the client does not say.
      timeoutSeconds: Number(query.get("timeoutSeconds") ?? 1800 + Math.floor(Math.random() * 1800)),
    };
    const watch = new Watch(request, this.store, {
      write: (frame) => void response.write(frame),
      end: () => void response.end(),
    });
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const entry = { watch, path: url.pathname, destroy: () => void response.destroy() };
    this.open.add(entry);
    response.on("close", () => {
      this.open.delete(entry);
      watch.close();
    });
    watch.open(this.bookmarkMs);
  }

  /** Ends watches whose path matches: cleanly, or by breaking the connection. Answers how many. */
  cut(path: RegExp = /./, how: "clean" | "broken" = "broken"): number {
    const chosen = [...this.open].filter((entry) => path.test(entry.path));
    for (const entry of chosen) {
      if (how === "clean") entry.watch.close();
      else entry.destroy();
    }
    return chosen.length;
  }

  /** Stops sending on the open watches whose path matches, without closing them: a dead peer. */
  silence(path: RegExp = /./): number {
    const chosen = [...this.open].filter((entry) => path.test(entry.path));
    for (const entry of chosen) entry.watch.silent = true;
    return chosen.length;
  }

  closeAll(): void {
    for (const entry of this.open) entry.watch.close();
  }
}

const listOptions = { group: "meta.k8s.io", plural: "", kind: "ListOptions" };

/** Refuses what a watch cannot begin from. */
function checkVersion(query: URLSearchParams): void {
  const version = query.get("resourceVersion") ?? "";
  if (query.has("sendInitialEvents") && query.get("resourceVersionMatch") !== "NotOlderThan") {
    const why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    throw invalid(listOptions, "", [forbiddenField("resourceVersionMatch", why)]);
  }
  if (/^\d*$/.test(version)) return;
  const parser = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
  throw new StatusError(500, "", `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${parser}`);
}
