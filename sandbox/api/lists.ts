import { type ResourceType, storeKey } from "../core/resource-type.ts";
import { type Predicate, fieldSelector, labelSelector } from "../store/selector.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { badRequest, expired } from "./status-error.ts";

/** What a list or watch is restricted to. */
export interface Scope {
  readonly type: ResourceType;
  /** Absent for all namespaces and for cluster-scoped resources. */
  readonly namespace: string | undefined;
  readonly matches: Predicate;
}

/** One page of a list. */
export interface Page {
  readonly objects: readonly KubeObject[];
  readonly revision: number;
  /** "" on the last page. */
  readonly continueToken: string;
  readonly remaining: number;
}

/** The scope that a request's namespace and selectors describe. */
export function scopeOf(type: ResourceType, namespace: string | undefined, query: URLSearchParams): Scope {
  const byLabel = labelSelector(query.get("labelSelector") ?? "");
  const selectable = (field: string): boolean =>
    field === "metadata.name" ||
    (field === "metadata.namespace" && type.namespaced) ||
    type.selectableFields === "any" ||
    type.selectableFields.includes(field);
  const byField = fieldSelector(query.get("fieldSelector") ?? "", selectable);
  return {
    type,
    namespace,
    matches: (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      byLabel(object) &&
      byField(object),
  };
}

interface Snapshot {
  readonly rest: readonly KubeObject[];
  readonly revision: number;
}

/** Paged lists. All pages of one list show the revision of its first page. */
export class Lists {
  private readonly store: Store;
  private readonly snapshots = new Map<string, Snapshot>();
  private tokens = 0;

  constructor(store: Store) {
    this.store = store;
  }

  /** One page: the first, or the one that `continueToken` asks for. 410 when the token is no longer known. */
  page(scope: Scope, limit: number, continueToken: string): Page {
    const { rest, revision } = continueToken === "" ? this.fresh(scope) : this.resume(continueToken);
    if (limit <= 0 || rest.length <= limit)
      return { objects: rest, revision, continueToken: "", remaining: 0 };
    this.tokens += 1;
    const token = Buffer.from(JSON.stringify({ v: "sandbox", rv: revision, page: this.tokens })).toString(
      "base64url",
    );
    this.snapshots.set(token, { rest: rest.slice(limit), revision });
    const [oldest] = this.snapshots.keys();
    if (this.snapshots.size > 100 && oldest !== undefined) this.snapshots.delete(oldest);
    return { objects: rest.slice(0, limit), revision, continueToken: token, remaining: rest.length - limit };
  }

  /** Forgets all open pages, so that the next one is answered with 410. */
  expire(): void {
    this.snapshots.clear();
  }

  private fresh(scope: Scope): Snapshot {
    const objects = this.store.list(storeKey(scope.type)).filter((object) => scope.matches(object));
    return { rest: objects, revision: this.store.revision };
  }

  private resume(token: string): Snapshot {
    const snapshot = this.snapshots.get(token);
    if (snapshot !== undefined) return snapshot;
    if (!Buffer.from(token, "base64url").toString().startsWith('{"v":"sandbox"')) {
      throw badRequest("continue key is not valid");
    }
    throw expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
        "without the continue parameter.",
    );
  }
}
