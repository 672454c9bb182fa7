import { isText, isTrue, decode, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { given } from "../../document/value";
import { Labels } from "../../matching/labels";
import { Match, hasTerms, matchSelector } from "../../matching/selector";
import { SelectorFault, describeFault, selectorFault } from "../../matching/selector-fault";
import { parseDecimal } from "../../sidecarset/expression/decimal";
import { shown } from "../../sidecarset/problems/shown";
import { DrawIdentity, draw } from "./draw";

/** What decided which revision of a SidecarSet a Pod gets, in the order in which it is asked. */
export enum Decided {
  /** `injectionStrategy.revision` names none. */
  NotAsked,
  /** The settings do not hold the revision that is asked for. */
  Missing,
  /** `updateStrategy.paused` is true. */
  Paused,
  /** The policy is not Partial. */
  Always,
  /** `updateStrategy.selector` does not select the Pod. */
  NotSelected,
  /** `updateStrategy.partition` is no percentage. */
  NoPercentage,
  /** The Pod's draw was held against the percentage. */
  Drawn,
  /** The selector or the percentage cannot be evaluated. */
  Faulty,
}

/** Which revision of a SidecarSet a Pod gets, and why. */
export class RevisionChoice {
  constructor(
    public readonly decided: Decided,
    /** The `revision` of the set's entry in the settings; 0 for the current spec. */
    public readonly historical: usize,
    /** For `Drawn`: from 0 up to 1. */
    public readonly drawn: f64 = 0,
    /** For `Faulty`: path and expectation. */
    public readonly problem: string = "",
  ) {}
}

/**
 * Chooses between the current spec of a SidecarSet and the revision that its `injectionStrategy` names.
 *
 * The share of Pods that keep the revision is the percentage of `updateStrategy.partition`: with a larger one no
 * identity goes over to the current spec.
 */
export function chooseRevision(set: usize, podLabels: Labels, identity: DrawIdentity): RevisionChoice {
  const spec = given(set, "spec");
  const asked = given(given(spec, "injectionStrategy"), "revision");
  if (given(asked, "revisionName") == 0 && given(asked, "customVersion") == 0) {
    return new RevisionChoice(Decided.NotAsked, 0);
  }
  const revision = given(set, "revision");
  if (revision == 0) return new RevisionChoice(Decided.Missing, 0);
  const strategy = given(spec, "updateStrategy");
  const paused = given(strategy, "paused");
  if (isTrue(paused != 0 ? paused : given(spec, "paused"))) {
    return new RevisionChoice(Decided.Paused, revision);
  }
  if (!textEquals(given(asked, "policy"), "Partial")) return new RevisionChoice(Decided.Always, revision);
  const selector = given(strategy, "selector");
  const fault = selectorFault(selector);
  if (fault != SelectorFault.None) return faulty("selector" + describeFault(fault));
  if (selector != 0 && hasTerms(selector) && matchSelector(selector, podLabels) != Match.Yes) {
    return new RevisionChoice(Decided.NotSelected, revision);
  }
  const partition = given(strategy, "partition");
  if (!isText(partition)) return new RevisionChoice(Decided.NoPercentage, 0);
  const share = shareOf(decode(partition));
  if (isNaN(share)) return faulty("partition: expected a percentage, got " + shown(partition));
  const drawn = draw(given(given(set, "metadata"), "name"), identity);
  return new RevisionChoice(Decided.Drawn, drawn < share ? revision : 0, drawn);
}

function faulty(problem: string): RevisionChoice {
  return new RevisionChoice(Decided.Faulty, 0, 0, "spec.updateStrategy." + problem);
}

/** `30%` is 0.3; not a number where the text is no percentage. */
function shareOf(text: string): f64 {
  return text.endsWith("%") ? parseDecimal(text.slice(0, -1)) / 100 : NaN;
}
