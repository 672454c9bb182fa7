import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ResourceType, storeKey } from "../core/resource-type.ts";
import { type Json, numberAt, objectsAt, textAt, textsAt } from "../json/value.ts";
import { type KubeObject, timestamp } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { conflict, notFound } from "./status-error.ts";
import type { Admit, Target, WriteContext } from "./write-context.ts";

/** Whether an object whose deletion was asked for has nothing left to wait for. */
export function isGone(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const finalizers = textsAt(object, "metadata", "finalizers");
  return (
    deletionTimestamp !== undefined && (deletionGracePeriodSeconds ?? 0) === 0 && finalizers.length === 0
  );
}

/** Deleting objects: graceful for Pods that have a node, held up by finalizers, followed by garbage collection. */
export class Deletion {
  private readonly store: Store;
  private readonly registry: ResourceRegistry;
  private readonly admit: Admit;

  constructor(store: Store, registry: ResourceRegistry, admit: Admit) {
    this.store = store;
    this.registry = registry;
    this.admit = admit;
  }

  /** Asks for deletion. `options` is a DeleteOptions object or null. The answer is the last or the marked state. */
  delete(target: Target, options: Json, context: WriteContext): KubeObject {
    const { type, namespace, name } = target;
    const live = this.store.get(storeKey(type), namespace, name);
    if (live === undefined) throw notFound(type, name);
    checkDeletePreconditions(type, live, options);
    this.admit({ operation: "DELETE", target, oldObject: live, context });
    const grace = gracePeriod(type, live, numberAt(options, "gracePeriodSeconds"));
    const marked = mark(live, grace);
    if (context.dryRun) return marked;
    if (!isGone(marked)) {
      const alreadyMarked =
        live.metadata.deletionGracePeriodSeconds === grace && live.metadata.deletionTimestamp;
      return alreadyMarked ? live : this.store.put(storeKey(type), marked);
    }
    if (type.kind === "Namespace" && type.group === "") this.emptyNamespace(name);
    if (textAt(options, "propagationPolicy") === "Orphan") this.releaseDependents(live);
    return this.store.remove(storeKey(type), marked);
  }

  /** Deletes dependents whose last owner is gone; called when an object was removed. */
  collectDependents(owner: KubeObject): void {
    for (const type of this.registry.all()) {
      for (const object of this.store.objects(storeKey(type))) {
        if (object.metadata["ownerReferences"] === undefined) continue;
        const owners = objectsAt(object, "metadata", "ownerReferences");
        if (!owners.some((reference) => reference["uid"] === owner.metadata.uid)) continue;
        if (owners.every((reference) => !this.exists(textAt(reference, "uid"))))
          this.deleteQuietly(type, object);
      }
    }
  }

  /** Takes an owner out of its dependents, so that they stay when it goes. */
  private releaseDependents(owner: KubeObject): void {
    for (const type of this.registry.all()) {
      for (const object of this.store.list(storeKey(type))) {
        const owners = objectsAt(object, "metadata", "ownerReferences");
        const others = owners.filter((reference) => reference["uid"] !== owner.metadata.uid);
        if (others.length === owners.length) continue;
        this.store.put(storeKey(type), {
          ...object,
          metadata: { ...object.metadata, ownerReferences: others },
        });
      }
    }
  }

  private exists(uid: string | undefined): boolean {
    for (const type of this.registry.all()) {
      for (const object of this.store.objects(storeKey(type))) if (object.metadata.uid === uid) return true;
    }
    return false;
  }

  private emptyNamespace(namespace: string): void {
    for (const type of this.registry.all()) {
      if (!type.namespaced) continue;
      for (const object of this.store.list(storeKey(type))) {
        if (object.metadata.namespace === namespace) this.store.remove(storeKey(type), object);
      }
    }
  }

  private deleteQuietly(type: ResourceType, object: KubeObject): void {
    const marked = mark(object, gracePeriod(type, object, undefined));
    if (isGone(marked)) this.store.remove(storeKey(type), marked);
    else if (object.metadata.deletionTimestamp === undefined) this.store.put(storeKey(type), marked);
  }
}

function checkDeletePreconditions(type: ResourceType, live: KubeObject, options: Json): void {
  // Refused deletions name the kind where all other conflicts name the resource.
  const subject = { ...type, plural: type.kind };
  const uid = textAt(options, "preconditions", "uid");
  if (uid !== undefined && uid !== live.metadata.uid) {
    const why =
      `the UID in the precondition (${uid}) does not match the UID in record (${live.metadata.uid}). ` +
      "The object might have been deleted and then recreated";
    throw conflict(subject, live.metadata.name, why);
  }
  const revision = textAt(options, "preconditions", "resourceVersion");
  if (revision !== undefined && revision !== live.metadata.resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${revision}) does not match the ResourceVersion in record ` +
      `(${live.metadata.resourceVersion}). The object might have been modified`;
    throw conflict(subject, live.metadata.name, why);
  }
}

/** Seconds that an object may take to go. Only a Pod on a node that has not finished takes any. */
function gracePeriod(type: ResourceType, object: KubeObject, asked: number | undefined): number {
  if (type.kind !== "Pod" || textAt(object, "spec", "nodeName") === undefined) return 0;
  if (["Succeeded", "Failed"].includes(textAt(object, "status", "phase") ?? "")) return 0;
  const wanted = asked ?? numberAt(object, "spec", "terminationGracePeriodSeconds") ?? 30;
  return Math.min(wanted, object.metadata.deletionGracePeriodSeconds ?? wanted);
}

/** The object as waiting for its end. Asking for it counts as a change of what is wanted. */
function mark(object: KubeObject, grace: number): KubeObject {
  const { deletionTimestamp: since, deletionGracePeriodSeconds, generation } = object.metadata;
  const unchanged = since !== undefined && deletionGracePeriodSeconds === grace;
  const deletionTimestamp = unchanged ? since : timestamp(new Date(Date.now() + grace * 1000));
  const counted = generation !== undefined && since === undefined ? { generation: generation + 1 } : {};
  const metadata = { ...object.metadata, ...counted, deletionTimestamp, deletionGracePeriodSeconds: grace };
  return { ...object, metadata };
}
