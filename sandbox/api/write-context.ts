import type { ResourceType } from "../core/resource-type.ts";
import type { JsonObject } from "../json/value.ts";

/** Who asks, as admission sees it. The sandbox authenticates nobody. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

/** What a write addresses. */
export interface Target {
  readonly type: ResourceType;
  /** The version that the client speaks. */
  readonly version: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace: string | undefined;
  /** "" on create. */
  readonly name: string;
  readonly subresource: "" | "status";
}

/** The circumstances of a write. */
export interface WriteContext {
  /** Field manager for `managedFields`. */
  readonly manager: string;
  readonly user: User;
  /** Everything happens but the storing. */
  readonly dryRun: boolean;
  /** What to do with fields that a schema does not know. */
  readonly fieldValidation: "Ignore" | "Warn" | "Strict";
  /** Filled by the write: texts for `Warning` headers. */
  readonly warnings: string[];
}

/** A change on its way into the store, shown to admission. */
export interface AdmissionInput {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly target: Target;
  /** Absent on DELETE. */
  readonly object?: JsonObject;
  /** Absent on CREATE. */
  readonly oldObject?: JsonObject;
  readonly context: WriteContext;
}

/** Looks at a change and answers the object as it should be; refuses by throwing a StatusError. */
export type Admit = (input: AdmissionInput) => JsonObject | undefined;
