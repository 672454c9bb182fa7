import { lacksRevision } from "./settings.ts";

/** What the policy is to know of one SidecarSet. */
export type SetDocument =
  /** The policy rejects the set: every problem, one a line. */
  | { readonly kind: "invalid"; readonly problems: string }
  /** Its revision is being recorded. */
  | { readonly kind: "pending" }
  | ReadyDocument;

/** A set that may be delivered. */
export interface ReadyDocument {
  readonly kind: "ready";
  /** Canonical JSON. */
  readonly entry: string;
  /** Name of the earlier revision that new Pods are to get. */
  readonly pinned: string | undefined;
  /** The earlier revision that new Pods should get and that does not exist. */
  readonly missing: MissingRevision | undefined;
  /** Why the set's own revision could not be recorded. */
  readonly historyProblem: string | undefined;
}

/** A revision that was looked for in vain. */
export interface MissingRevision {
  /** As people write it: `revisionName "a-1"`. */
  readonly asked: string;
  /** Names of the revisions that there are, newest first. */
  readonly known: readonly string[];
}

/**
 * The entry that takes the place of `last`, the present one; undefined to keep that. A set whose revision is missing keeps
 * a good last entry; without one it goes without, and the policy does what its setting `missingRevision` says.
 */
export function nextEntry(document: SetDocument, last: string | undefined): string | undefined {
  if (document.kind !== "ready") return undefined;
  if (document.missing !== undefined && last !== undefined && !lacksRevision(last)) return undefined;
  return document.entry;
}
