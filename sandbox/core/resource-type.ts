import type { Json, JsonObject } from "../json/value.ts";
import type { MergeRules } from "../patch/merge-rules.ts";
import type { FieldError } from "../schema/field-error.ts";
import type { Schema } from "../schema/schema.ts";
import type { KubeObject } from "../store/object.ts";

/** One column of `kubectl get`. */
export interface Column {
  readonly name: string;
  /** OpenAPI type; `date` cells hold a timestamp on the object and an age on the screen. */
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, more only with `-o wide`. */
  readonly priority: number;
  cell(object: KubeObject, now: Date): Json;
}

/** One version under which a resource is served. */
export interface ServedVersion {
  readonly name: string;
  /** Whether `/status` exists; writes to the object itself then leave the status alone, and the other way round. */
  readonly status: boolean;
  readonly columns: readonly Column[];
  /** Absent for built-in kinds and for definitions that keep everything. */
  readonly schema?: Schema;
}

/** Where and how the objects of a resource are stored, when not as they are served. */
export interface Storage {
  /** Key of the resource whose objects they are. */
  readonly key: string;
  readonly apiVersion: string;
  /** From the served shape to the stored one; metadata, kind and apiVersion are not its business. */
  encode(object: JsonObject): JsonObject;
  decode(object: JsonObject): JsonObject;
}

/** A resource as the server serves it. */
export interface ResourceType {
  /** "" for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly versions: readonly ServedVersion[];
  /** The version in which objects are stored; all versions have the same shape (conversion strategy None). */
  readonly storageVersion: string;
  /** Built-in kinds take strategic merge patches. */
  readonly builtin: boolean;
  /** Whether a replacement may come without a resourceVersion. */
  readonly replacedUnseen: boolean;
  /** Whether `metadata.generation` counts changes of anything but metadata and status. */
  readonly countsGeneration: boolean;
  readonly mergeRules: MergeRules;
  /** Fields besides metadata.name and metadata.namespace that a field selector may name; "any" for all. */
  readonly selectableFields: readonly string[] | "any";
  /**
   * Present when objects are stored as those of another resource, in another shape; `applyDefaults` and `validate`
   * then see the stored shape.
   */
  readonly storage?: Storage;
  /** Fills in defaults; `object` may be changed in place. */
  applyDefaults(object: KubeObject): void;
  /** Everything wrong with an object that is about to be stored. `old` is absent on create. */
  validate(object: KubeObject, old: KubeObject | undefined): FieldError[];
}

/** The name of a resource: `pods`, `sidecarsets.apps.kruise.io`. */
export function resourceKey(type: Pick<ResourceType, "group" | "plural">): string {
  return type.group === "" ? type.plural : `${type.plural}.${type.group}`;
}

/** The name under which the store holds the objects of a resource. */
export function storeKey(type: Pick<ResourceType, "group" | "plural" | "storage">): string {
  return type.storage?.key ?? resourceKey(type);
}

/** `v1`, `apps/v1`. */
export function groupVersion(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The served version of that name, if there is one. */
export function servedVersion(type: ResourceType, version: string): ServedVersion | undefined {
  return type.versions.find((served) => served.name === version);
}
