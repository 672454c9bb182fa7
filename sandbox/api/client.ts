import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ResourceType, storeKey } from "../core/resource-type.ts";
import { type Json, type JsonObject, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import type { Deletion } from "./deletion.ts";
import { applyChange, contentTypes, patchChange } from "./patching.ts";
import type { Target, WriteContext } from "./write-context.ts";
import { notFound } from "./status-error.ts";
import { present } from "./present.ts";
import type { Writes } from "./writes.ts";

/** Which object: apiVersion and kind as in a manifest. */
export interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped kinds; `default` when absent for others. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The kinds of patch that `Client.patch` takes. */
export type PatchKind = "json" | "merge" | "strategic";

/**
 * The API without HTTP: the same admission, validation and events, but synchronous. It throws StatusError.
 * `manager` is the field manager of what it writes.
 */
export class Client {
  private readonly registry: ResourceRegistry;
  private readonly store: Store;
  private readonly writes: Writes;
  private readonly deletion: Deletion;
  private readonly manager: string;

  constructor(
    registry: ResourceRegistry,
    store: Store,
    writes: Writes,
    deletion: Deletion,
    manager = "sandbox",
  ) {
    this.registry = registry;
    this.store = store;
    this.writes = writes;
    this.deletion = deletion;
    this.manager = manager;
  }

  /** The same client under another field manager. */
  as(manager: string): Client {
    return new Client(this.registry, this.store, this.writes, this.deletion, manager);
  }

  /** The object, or undefined. */
  find(reference: Reference): KubeObject | undefined {
    const target = this.target(reference);
    const found = this.store.get(storeKey(target.type), target.namespace, target.name);
    return found === undefined ? undefined : present(target, found);
  }

  /** The object; 404 when there is none. */
  get(reference: Reference): KubeObject {
    const found = this.find(reference);
    if (found === undefined) throw notFound(this.target(reference).type, reference.name);
    return found;
  }

  /** All objects of a kind by namespace and name; of one namespace when it is given. */
  list(apiVersion: string, kind: string, namespace?: string): KubeObject[] {
    const target = this.target({ apiVersion, kind, name: "" });
    return this.store
      .list(storeKey(target.type))
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .map((object) => present(target, object));
  }

  create(object: JsonObject): KubeObject {
    return this.writes.create({ ...this.target(referenceOf(object)), name: "" }, { object }, this.context());
  }

  replace(object: JsonObject): KubeObject {
    return this.writes.update(
      this.target(referenceOf(object)),
      () => ({ object, isReplacement: true }),
      this.context(),
    );
  }

  patch(reference: Reference, kind: PatchKind, patch: Json, subresource: "" | "status" = ""): KubeObject {
    const target = { ...this.target(reference), subresource };
    return this.writes.update(target, patchChange(target, contentTypes[kind], patch), this.context());
  }

  /** Server-side apply with force: creates the object or merges into it. */
  apply(object: JsonObject): KubeObject {
    const target = this.target(referenceOf(object));
    const change = applyChange(target, object, this.manager, true);
    const live = this.store.get(storeKey(target.type), target.namespace, target.name);
    if (live === undefined) return this.writes.create(target, change(undefined), this.context());
    return this.writes.update(target, change, this.context());
  }

  /** Asks for deletion; 404 when there is nothing to delete. */
  delete(reference: Reference, options: JsonObject = {}): KubeObject {
    return this.deletion.delete(this.target(reference), options, this.context());
  }

  private target(reference: Reference): Target {
    const { apiVersion, kind, name } = reference;
    const type = this.registry.ofKind(apiVersion, kind);
    if (type === undefined) throw new Error(`${apiVersion} ${kind}: no such kind is served`);
    const namespace = namespaceFor(type, reference.namespace);
    return { type, version: apiVersion.split("/").at(-1) ?? "", namespace, name, subresource: "" };
  }

  private context(): WriteContext {
    return {
      manager: this.manager,
      user: { username: `system:${this.manager}`, groups: ["system:masters"] },
      dryRun: false,
      fieldValidation: "Ignore",
      warnings: [],
    };
  }
}

function namespaceFor(type: ResourceType, namespace: string | undefined): string | undefined {
  return type.namespaced ? (namespace ?? "default") : undefined;
}

function referenceOf(object: JsonObject): Reference {
  return {
    apiVersion: textAt(object, "apiVersion") ?? "",
    kind: textAt(object, "kind") ?? "",
    namespace: textAt(object, "metadata", "namespace"),
    name: textAt(object, "metadata", "name") ?? "",
  };
}
