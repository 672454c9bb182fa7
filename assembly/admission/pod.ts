import {
  AdmissionRequest,
  Splice,
  ValidationResponse,
  acceptRequest,
  decode,
  isArray,
  isEmpty,
  isText,
  isUnset,
  rejectRequest,
} from "@kubewarden/as-sdk/assembly";
import { given } from "../document/value";
import { applyPlan } from "../injection/apply-plan";
import { EffectiveSet } from "../injection/effective-set";
import { planInjection } from "../injection/make-plan";
import { InjectionPlan } from "../injection/plan";
import { DrawIdentity } from "../injection/revision/draw";
import { Labels } from "../matching/labels";
import { isExcluded, optsOut } from "../matching/exclusion";
import { Selection, decideByNamespace, selectSets } from "../matching/selection";
import { completePod } from "../pod/complete-pod";
import { checkPodShape } from "../pod/pod-shape";
import { PodView } from "../pod/pod-view";
import { FailureMode, Settings } from "../settings/settings";
import { Problems } from "../sidecarset/problems/problems";
import { asksWhy, explain } from "./explain/explain";
import { effectiveSets } from "./effective-sets";
import { readNamespaceLabels } from "./namespace";
import { overlapWarning, replacementWarning, skipped, skippedByFault } from "./warnings";

/**
 * Injects the SidecarSets of the settings into a Pod that is being created: gathers what the decision needs, has it
 * planned, and answers with the edits. A Pod that no SidecarSet concerns is accepted as it is.
 */
export function admitPod(request: AdmissionRequest, settings: Settings): ValidationResponse {
  if (isUnset(settings.sidecarSets)) return acceptRequest();
  if (!isArray(settings.sidecarSets)) return rejectRequest("settings: sidecarSets: expected an array", 500);
  if (isEmpty(settings.sidecarSets)) return acceptRequest();
  const problems = new Problems();
  checkPodShape(request.object, problems);
  if (!problems.isEmpty) return rejectRequest(problems.toString(), 400);
  const submitted = new PodView(request.object);
  if (!submitted.isActive()) return acceptRequest();

  const namespace = namespaceOf(request, submitted);
  const response = acceptRequest();
  const exempt = exemption(submitted, namespace, settings);
  if (exempt.length > 0) {
    if (asksWhy(request, settings)) response.warn(exempt);
    return response;
  }
  const identity = new DrawIdentity(namespace, given(submitted.metadata, "name"), request.uid);
  const plan = decide(request.object, submitted, identity, settings, response);
  if (asksWhy(request, settings)) explain(settings.sidecarSets, submitted, identity, plan, response);
  return response;
}

/** Why no SidecarSet at all concerns a Pod; empty when some may. */
function exemption(pod: PodView, namespace: usize, settings: Settings): string {
  if (isExcluded(namespace, settings.excludedNamespaces)) {
    return `not injected: namespace ${decode(namespace)} is excluded by the settings`;
  }
  return settings.honorsOptOut && optsOut(pod.labels, pod.annotations)
    ? "not injected: the Pod opts out by sidecarset-kubewarden/inject"
    : "";
}

/** Writes the verdict into the response. Answers the plan that it carries out; null when the Pod stays as it is. */
function decide(
  object: usize,
  submitted: PodView,
  identity: DrawIdentity,
  settings: Settings,
  response: ValidationResponse,
): InjectionPlan | null {
  const namespace = identity.namespace;
  const selection = selectSets(settings.sidecarSets, submitted.labels, namespace);
  for (let i = 0; i < selection.faults.length && response.takesWarnings; i++) {
    response.warn(skippedByFault(selection.faults[i]));
  }
  const unread = decideUndecided(selection, submitted.labels, namespace);
  if (unread.length > 0 && settings.failureMode == FailureMode.Fail) return reject(response, unread, 500);
  if (unread.length > 0) {
    for (let i = 0; i < selection.undecided.length && response.takesWarnings; i++) {
      response.warn(skipped(selection.undecided[i], unread));
    }
  }
  const labels = new Labels(submitted.labels);
  const rejects = settings.rejectsMissingRevision;
  const effective = effectiveSets(selection.matched, labels, identity, rejects, response);
  if (effective.rejection.length > 0) return reject(response, effective.rejection, 500);
  return effective.sets.length == 0 ? null : inject(effective.sets, object, settings, response);
}

function inject(
  sets: Array<EffectiveSet>,
  object: usize,
  settings: Settings,
  response: ValidationResponse,
): InjectionPlan | null {
  const pod = new PodView(completePod(object));
  const plan = planInjection(sets, pod, settings.sortsContainers);
  if (plan.rejection.length > 0) return reject(response, plan.rejection, 422);
  const overlap = overlapWarning(plan);
  if (overlap.length > 0) response.warn(overlap);
  const replacement = replacementWarning(plan);
  if (replacement.length > 0) response.warn(replacement);
  const splice = Splice.of(pod.root);
  applyPlan(plan, pod, splice);
  response.edits = splice;
  return plan;
}

/** Reads the Namespace where a SidecarSet asks for its labels. Answers why that failed, or an empty text. */
function decideUndecided(selection: Selection, podLabels: usize, namespace: usize): string {
  if (selection.undecided.length == 0) return "";
  const read = readNamespaceLabels(namespace);
  if (read.problem.length == 0) decideByNamespace(selection, podLabels, namespace, read.labels);
  return read.problem;
}

/** The request knows the Namespace; the Pod itself may not name it yet when it is created. */
function namespaceOf(request: AdmissionRequest, pod: PodView): usize {
  if (isText(request.namespace)) return request.namespace;
  const own = given(pod.metadata, "namespace");
  return isText(own) ? own : 0;
}

function reject(response: ValidationResponse, message: string, code: u16): InjectionPlan | null {
  response.accepted = false;
  response.message = message;
  response.code = code;
  return null;
}
