import { decode } from "@kubewarden/as-sdk/assembly";
import { given } from "../document/value";
import { firstRepeated } from "../injection/place";
import { isInjected } from "../injection/sharing/injected";
import { InjectionPlan } from "../injection/plan";
import { Candidate } from "../matching/order";
import { Fault } from "../matching/selection";
import { selectorFault, describeFault } from "../matching/selector-fault";
import { SetHeader } from "../matching/set-header";
import { Verdict } from "../matching/verdict";
import { Problems } from "../sidecarset/problems/problems";
import { shown } from "../sidecarset/problems/shown";

/** Kubernetes cuts warnings at 256 characters. */
const LONGEST = 250;

/** Says that a SidecarSet was left out because a selector of it cannot be evaluated. */
export function skippedByFault(fault: Fault): string {
  const header = new SetHeader();
  header.read(fault.candidate.set);
  const ofPods = fault.verdict == Verdict.SelectorFaulty;
  const path = ofPods ? "spec.selector" : "spec.namespaceSelector";
  const selector = ofPods ? header.selector : header.namespaceSelector;
  return skipped(fault.candidate, path + describeFault(selectorFault(selector)));
}

/** Says that a SidecarSet was left out because it cannot be injected as it is: its first problem, and how many more. */
export function skippedByProblems(candidate: Candidate, problems: Problems, isHistorical: bool): string {
  const lines = problems.lines;
  const first = (isHistorical ? "revision." : "") + (lines.length > 0 ? lines[0] : "not a SidecarSet");
  const more = lines.length - 1;
  return skipped(candidate, more > 0 ? `${first} (and ${more} more)` : first);
}

/** Names the revision that a SidecarSet asks for and that the settings do not hold. */
export function missingRevision(candidate: Candidate): string {
  const asked = given(given(given(candidate.set, "spec"), "injectionStrategy"), "revision");
  const name = given(asked, "revisionName");
  const found = name != 0 ? shown(name) : "customVersion " + shown(given(asked, "customVersion"));
  return `spec.injectionStrategy.revision: the settings have no revision ${found} of it`;
}

/** Says that two sidecars have one name, which the API server will refuse; empty when all names differ. */
export function overlapWarning(plan: InjectionPlan): string {
  const repeated = firstRepeated(plan.containers.concat(plan.initContainers));
  if (repeated == null) return "";
  return (
    `sidecarset ${decode(repeated.set.name)}: container ${decode(repeated.name)} is brought by another ` +
    "sidecarset or container as well"
  );
}

/** Says that a container of the Pod's author gives way to a sidecar of its name; empty when none does. */
export function replacementWarning(plan: InjectionPlan): string {
  const sidecars = plan.containers.concat(plan.initContainers);
  for (let i = 0; i < sidecars.length; i++) {
    const sidecar = sidecars[i];
    if (sidecar.replaces == 0 || isInjected(sidecar.replaces)) continue;
    return `sidecarset ${decode(sidecar.set.name)}: the Pod's own container ${decode(sidecar.name)} is replaced by its`;
  }
  return "";
}

/** Says that a SidecarSet was left out. */
export function skipped(candidate: Candidate, reason: string): string {
  return fitting(`${candidate} is skipped: ${reason}`);
}

/** A text cut to what Kubernetes shows of a warning. */
export function fitting(text: string): string {
  return text.length <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
}
