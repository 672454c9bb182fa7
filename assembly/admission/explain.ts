import {
  AdmissionRequest,
  Elements,
  ValidationResponse,
  decode,
  member,
  sameText,
  textEquals,
} from "@kubewarden/as-sdk/assembly";
import { InjectionPlan } from "../injection/plan";
import { Sidecar } from "../injection/sidecar";
import { failingTerm } from "../matching/failing-term";
import { Labels } from "../matching/labels";
import { Candidate } from "../matching/order";
import { SetHeader, namesItsNamespaces } from "../matching/set-header";
import { Verdict, judge } from "../matching/verdict";
import { PodView } from "../pod/pod-view";
import { readNamespaceLabels } from "./namespace";
import { fitting } from "./warnings";

const EXPLAIN_ANNOTATION = "sidecarset-kubewarden/explain";

/** Whether a dry run asks why its Pod gets the sidecars it gets: by the annotation, with the value true. */
export function asksWhy(request: AdmissionRequest): bool {
  if (!request.isDryRun) return false;
  return textEquals(
    member(member(member(request.object, "metadata"), "annotations"), EXPLAIN_ANNOTATION),
    "true",
  );
}

/**
 * Adds to the answer, as a warning and as an audit annotation for each SidecarSet of the settings, which gate let it in
 * or kept it out, the term that decided, and what it brings.
 */
export function explain(
  sidecarSets: usize,
  pod: PodView,
  namespace: usize,
  plan: InjectionPlan | null,
  response: ValidationResponse,
): void {
  const header = new SetHeader();
  const labels = new Labels(pod.labels);
  let ofNamespace = new Labels(0, namespace, false);
  const sets = new Elements(sidecarSets);
  while (sets.next()) {
    header.read(sets.value);
    let verdict = judge(header, labels, namespace, ofNamespace);
    if (verdict == Verdict.NamespaceUnread) {
      const read = readNamespaceLabels(namespace);
      if (read.problem.length == 0) ofNamespace = new Labels(read.labels, namespace);
      verdict = judge(header, labels, namespace, ofNamespace);
    }
    const candidate = new Candidate(sets.value, sets.index, header.name, namesItsNamespaces(header));
    const reason = reasonFor(verdict, header, labels, namespace, ofNamespace, plan);
    response.warn(fitting(`${candidate}: ${reason}`));
    if (header.name != 0) response.annotate(decode(header.name), reason);
  }
}

function reasonFor(
  verdict: Verdict,
  header: SetHeader,
  labels: Labels,
  namespace: usize,
  ofNamespace: Labels,
  plan: InjectionPlan | null,
): string {
  switch (verdict) {
    case Verdict.Matched:
      return plan ? brought(header.name, plan) : "selected, but not injected: see the other warnings";
    case Verdict.InjectionPaused:
      return "not injected: spec.injectionStrategy.paused is true";
    case Verdict.PodNotSelected:
      return "not injected: spec.selector." + failingTerm(header.selector, labels);
    case Verdict.NamespaceNotSelected:
      if (header.namespace != 0) {
        return `not injected: spec.namespace: expected ${decode(header.namespace)}, got ${decode(namespace)}`;
      }
      return "not injected: spec.namespaceSelector." + failingTerm(header.namespaceSelector, ofNamespace);
    case Verdict.NamespaceUnread:
      return "not decided: the labels of the Namespace cannot be read";
    default:
      return "not injected: a selector cannot be evaluated";
  }
}

/** What the plan has of a set. A set without anything in it gave way: to a canary, or because it is broken. */
function brought(name: usize, plan: InjectionPlan): string {
  const init = namesOf(plan.initContainers, name);
  const containers = namesOf(plan.containers, name);
  if (init.length + containers.length == 0)
    return "selected, but brings no container: replaced by a canary, or broken";
  let text = "injected:";
  if (containers.length > 0) text += " containers " + containers;
  if (init.length > 0) text += (containers.length > 0 ? "," : "") + " init containers " + init;
  return text;
}

function namesOf(sidecars: Array<Sidecar>, set: usize): string {
  const names: Array<string> = [];
  for (let i = 0; i < sidecars.length; i++) {
    if (sameText(sidecars[i].set.name, set)) names.push(decode(sidecars[i].name));
  }
  return names.join(" ");
}
