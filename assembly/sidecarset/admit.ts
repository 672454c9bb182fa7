import { isArray, isObject, isUnset, member, Writer } from "@kubewarden/as-sdk/assembly/json";
import { findConflicts } from "./conflicts/conflicts";
import { Overlap } from "./conflicts/neighbour";
import { sameValue } from "./conflicts/same-value";
import { normalise, withDefaults, written } from "./normalise";
import { Path } from "./problems/path";
import { Place } from "./problems/place";
import { validateAllowed } from "./validation/allow-list";
import { validateSidecarSet } from "./validation/sidecarset";
import { warningsOf } from "./warnings/warnings";

/** The HTTP status of a SidecarSet that breaks rules. */
export const UNPROCESSABLE = 422;

/** The verdict on a SidecarSet that is being written. */
export class Admission {
  /** Every problem, one a line; empty when the set is accepted. */
  problems: string = "";
  /** The set with defaults and hashes; null when there is nothing to change or the set is refused. */
  mutated: Writer | null = null;
  /** For the person who writes the set; given with acceptance only. */
  warnings: Array<string> = [];

  get isAccepted(): bool {
    return this.problems.length == 0;
  }
}

/** What a SidecarSet is held against besides its own rules; JSON values, 0 where there is none. */
export class Surroundings {
  constructor(
    /** An array of all SidecarSets of the cluster, this one included; 0 leaves conflicts unnoticed. */
    readonly others: usize,
    /** The patchPodMetadataAllowList; 0 allows every annotation. */
    readonly allowList: usize,
    readonly overlap: Overlap,
  ) {}
}

/**
 * Defaults, validates and fingerprints a SidecarSet at CREATE and UPDATE. `old` is the stored set of an update, 0 or a
 * JSON null at creation. Both must be checked JSON.
 *
 * A set that is being deleted is let through as it is: what is wrong with it must not keep its finalizers from going.
 */
export function admitSidecarSet(set: usize, old: usize, surroundings: Surroundings): Admission {
  const admission = new Admission();
  if (!isUnset(member(member(set, "metadata"), "deletionTimestamp"))) return admission;
  const normalised = normalise(set);
  const before = isObject(old) ? withDefaults(old) : 0;
  const problems = validateSidecarSet(normalised.set, before, Path.root(""));
  validateAllowed(new Place(normalised.set, Path.root(""), problems), surroundings.allowList);
  const isEdited = before == 0 || !sameValue(member(before, "spec"), member(normalised.set, "spec"));
  if (problems.isEmpty && isEdited && isArray(surroundings.others)) {
    findConflicts(normalised.set, surroundings.others, surroundings.overlap, problems);
  }
  if (!problems.isEmpty) {
    admission.problems = problems.toString();
    return admission;
  }
  admission.warnings = warningsOf(normalised.set, before);
  admission.mutated = written(set, normalised);
  return admission;
}
