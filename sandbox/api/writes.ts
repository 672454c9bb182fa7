import { randomInt, randomUUID } from "node:crypto";
import { validateMetadata } from "../core/metadata-validation.ts";
import { type ResourceType, groupVersion, storeKey, servedVersion } from "../core/resource-type.ts";
import { type Json, type JsonObject, equal } from "../json/value.ts";
import { type Ownership, type Writer, afterUpdate, encodeOwnerships } from "../patch/managed-fields.ts";
import { type KubeObject, kubeObject, timestamp } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { isGone } from "./deletion.ts";
import { decode, normalise } from "./decode.ts";
import { present } from "./present.ts";
import type { FieldError } from "../schema/field-error.ts";
import { type Subject, alreadyExists, badRequest, forbidden, invalid, notFound } from "./status-error.ts";
import { checkPreconditions, clearSystemFields, keepSystemFields } from "./system-fields.ts";
import type { Admit, Target, WriteContext } from "./write-context.ts";

const namespaceSubject = { group: "", plural: "namespaces", kind: "Namespace" };

/** The next state of an object as a client wants it. */
export interface Change {
  readonly object: Json;
  /** Whether the object was sent as a whole; its uid is then a precondition, not a change. */
  readonly isReplacement?: boolean;
  /** Present when the change decides about field ownership itself (apply). */
  readonly owners?: Ownership[];
}

/** Creating and changing objects: decode, admit, validate, store. Synchronous, hence atomic. */
export class Writes {
  private readonly store: Store;
  private readonly admit: Admit;

  constructor(store: Store, admit: Admit) {
    this.store = store;
    this.admit = admit;
  }

  /** Stores a new object. 409 when the name is taken, 404 without its namespace, 422 when it is not valid. */
  create(target: Target, change: Change, context: WriteContext): KubeObject {
    const { type } = target;
    const object = decode(target, change.object, context);
    if ((object.metadata.resourceVersion ?? "") !== "") {
      throw badRequest("resourceVersion should not be set on objects to be created");
    }
    this.requireNamespace(target, object);
    clearSystemFields(object);
    if (object.metadata.name === "" && typeof object.metadata["generateName"] === "string") {
      object.metadata.name = object.metadata["generateName"] + randomSuffix();
    }
    this.resetStatus(target, object);
    const owners = (next: KubeObject): Json[] =>
      encodeOwnerships(
        change.owners ?? afterUpdate(undefined, next, writer(target, context), type.mergeRules),
      );
    object.metadata["managedFields"] = owners(object);
    const admitted = kubeObject(this.admit({ operation: "CREATE", target, object, context }) ?? object);
    normalise(target, admitted);
    admitted.metadata["managedFields"] = owners(admitted);
    admitted.metadata.uid = randomUUID();
    admitted.metadata.creationTimestamp = timestamp();
    if (type.countsGeneration) admitted.metadata.generation = 1;
    this.refuseInvalid(type, admitted, undefined);
    const { name, namespace } = admitted.metadata;
    if (this.store.get(storeKey(type), namespace, name) !== undefined) throw alreadyExists(type, name);
    return context.dryRun ? admitted : this.store.put(storeKey(type), admitted);
  }

  /**
   * Changes a stored object. `change` sees the live object in the version of the request. An unchanged
   * object keeps its resourceVersion and makes no event.
   */
  update(target: Target, change: (live: KubeObject) => Change, context: WriteContext): KubeObject {
    const { type, namespace, name } = target;
    const live = this.store.get(storeKey(type), namespace, name);
    if (live === undefined) throw notFound(type, name);
    const wanted = change(present(target, live));
    const next = decode(target, wanted.object, context);
    checkPreconditions(target, live, next, wanted.isReplacement === true);
    keepSystemFields(target, live, next);
    const owners = (object: KubeObject): Json[] =>
      encodeOwnerships(wanted.owners ?? afterUpdate(live, object, writer(target, context), type.mergeRules));
    next.metadata["managedFields"] = owners(next);
    const input = { operation: "UPDATE", target, object: next, oldObject: live, context } as const;
    const admitted = kubeObject(this.admit(input) ?? next);
    normalise(target, admitted);
    keepSystemFields(target, live, admitted);
    admitted.metadata["managedFields"] = owners(admitted);
    if (type.countsGeneration && !equal(asked(admitted, target), asked(live, target))) {
      admitted.metadata.generation = (live.metadata.generation ?? 0) + 1;
    }
    this.refuseInvalid(type, admitted, live);
    if (context.dryRun) return admitted;
    if (equal(admitted, live)) return live;
    return isGone(admitted)
      ? this.store.remove(storeKey(type), admitted)
      : this.store.put(storeKey(type), admitted);
  }

  private refuseInvalid(type: ResourceType, object: KubeObject, old: KubeObject | undefined): void {
    const errors: FieldError[] = [...validateMetadata(object, type.kind), ...type.validate(object, old)];
    if (errors.length > 0) throw invalid(storedSubject(type), object.metadata.name, errors);
  }

  private requireNamespace(target: Target, object: KubeObject): void {
    if (target.namespace === undefined) return;
    const namespace = this.store.get(storeKey(namespaceSubject), undefined, target.namespace);
    if (namespace === undefined) throw notFound(namespaceSubject, target.namespace);
    if (namespace.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${target.namespace} because it is being terminated`;
    throw forbidden(target.type, object.metadata.name, why);
  }

  /** New objects start with the status of their kind; what the client sent is ignored where `/status` exists. */
  private resetStatus(target: Target, object: KubeObject): void {
    if (servedVersion(target.type, target.version)?.status !== true) return;
    delete object["status"];
    if (target.type.kind === "Pod") object["status"] = { phase: "Pending", qosClass: "BestEffort" };
    target.type.applyDefaults(object);
  }
}

function writer(target: Target, context: WriteContext): Writer {
  const apiVersion = groupVersion(target.type.group, target.version);
  return { manager: context.manager, operation: "Update", apiVersion, subresource: target.subresource };
}

/** What validation speaks of: the kind as which the object is stored. */
function storedSubject(type: ResourceType): Subject {
  if (type.storage === undefined) return type;
  const [group = "", version] = type.storage.apiVersion.split("/");
  return { plural: type.plural, kind: type.kind, group: version === undefined ? "" : group };
}

/** Everything that `metadata.generation` counts. */
function asked(object: KubeObject, target: Target): JsonObject {
  const { metadata: _metadata, apiVersion: _apiVersion, ...rest } = object;
  if (servedVersion(target.type, target.version)?.status === true) delete rest["status"];
  return rest;
}

const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => suffixAlphabet[randomInt(suffixAlphabet.length)]).join("");
}
