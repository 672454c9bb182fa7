import { ValidationResponse, closeRegion, keepString, openRegion } from "@kubewarden/as-sdk/assembly";
import { EffectiveSet } from "../injection/effective-set";
import { prepareSet } from "../injection/prepare-set";
import { Decided, RevisionChoice, chooseRevision } from "../injection/revision/choose";
import { DrawIdentity } from "../injection/revision/draw";
import { restore } from "../injection/revision/restore";
import { Labels } from "../matching/labels";
import { Candidate } from "../matching/order";
import { Problems } from "../sidecarset/problems/problems";
import { missingRevision, skipped, skippedByProblems } from "./warnings";

/** The matched SidecarSets in the form that is injected. */
export class EffectiveSets {
  readonly sets: Array<EffectiveSet> = [];
  /** Why the Pod must be rejected, or empty. */
  rejection: string = "";
}

/**
 * Takes each matched SidecarSet at the revision that its Pod gets, completed and checked. One that is broken, or whose
 * revision is missing, is left out with a warning.
 */
export function effectiveSets(
  matched: Array<Candidate>,
  podLabels: Labels,
  identity: DrawIdentity,
  rejectsMissing: bool,
  response: ValidationResponse,
): EffectiveSets {
  const found = new EffectiveSets();
  for (let i = 0; i < matched.length; i++) {
    const candidate = matched[i];
    const choice = chooseRevision(candidate.set, podLabels, identity);
    if (choice.decided == Decided.Missing) {
      const problem = missingRevision(candidate);
      if (rejectsMissing) {
        found.rejection = `${candidate}: ${problem}`;
        return found;
      }
      response.warn(skipped(candidate, problem));
    } else if (choice.decided == Decided.Faulty) response.warn(skipped(candidate, choice.problem));
    else prepare(candidate, choice, found.sets, response);
  }
  return found;
}

function prepare(
  candidate: Candidate,
  choice: RevisionChoice,
  sets: Array<EffectiveSet>,
  response: ValidationResponse,
): void {
  const isHistorical = choice.historical != 0;
  const set = isHistorical ? restore(candidate.set, choice.historical) : candidate.set;
  if (set == 0) return response.warn(skipped(candidate, "revision.spec: expected an object"));
  const region = openRegion();
  const problems = new Problems();
  const prepared = prepareSet(set, problems);
  if (prepared) sets.push(prepared);
  else if (!response.takesWarnings) closeRegion(region);
  else response.warn(keepString(region, skippedByProblems(candidate, problems, isHistorical)));
}
