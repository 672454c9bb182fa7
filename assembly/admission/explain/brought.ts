import { decode, member, sameText, skip } from "@kubewarden/as-sdk/assembly";
import { given } from "../../document/value";
import { EffectiveSet } from "../../injection/effective-set";
import { InjectionPlan } from "../../injection/plan";
import { Decided, RevisionChoice, chooseRevision } from "../../injection/revision/choose";
import { DrawIdentity } from "../../injection/revision/draw";
import { Sidecar } from "../../injection/sidecar";
import { failingTerm } from "../../matching/failing-term";
import { Labels } from "../../matching/labels";
import { Candidate } from "../../matching/order";

/** What a set that selects the Pod brings, and of which revision; without a plan nothing is injected at all. */
export function brought(
  candidate: Candidate,
  labels: Labels,
  identity: DrawIdentity,
  plan: InjectionPlan | null,
): string {
  const choice = chooseRevision(candidate.set, labels, identity);
  if (choice.decided == Decided.Missing || choice.decided == Decided.Faulty || !plan) {
    return "selected, but not injected: see the other warnings";
  }
  return parts(candidate.name, plan) + ofRevision(choice, candidate.set, labels, identity);
}

/** What the plan has of a set. A set without anything in it gave way: to a canary, or because it is broken. */
function parts(name: usize, plan: InjectionPlan): string {
  const set = setNamed(name, plan);
  if (!set) return "selected, but brings no container: replaced by a canary, or broken";
  const texts: Array<string> = [];
  add(texts, "containers", namesOf(plan.containers, name));
  add(texts, "init containers", namesOf(plan.initContainers, name));
  add(texts, "volumes", namesWithin(plan.volumes, set.volumes));
  add(texts, "pull secrets", namesWithin(plan.imagePullSecrets, set.imagePullSecrets));
  return "injected: " + texts.join(", ");
}

function add(texts: Array<string>, what: string, names: Array<string>): void {
  if (names.length > 0) texts.push(what + " " + names.join(" "));
}

function setNamed(name: usize, plan: InjectionPlan): EffectiveSet | null {
  for (let i = 0; i < plan.containers.length; i++) {
    if (sameText(plan.containers[i].set.name, name)) return plan.containers[i].set;
  }
  for (let i = 0; i < plan.initContainers.length; i++) {
    if (sameText(plan.initContainers[i].set.name, name)) return plan.initContainers[i].set;
  }
  return null;
}

function namesOf(sidecars: Array<Sidecar>, set: usize): Array<string> {
  const names: Array<string> = [];
  for (let i = 0; i < sidecars.length; i++) {
    if (sameText(sidecars[i].set.name, set)) names.push(decode(sidecars[i].name));
  }
  return names;
}

/** The names of those of the values that stand in this list. */
function namesWithin(values: Array<usize>, list: usize): Array<string> {
  const names: Array<string> = [];
  const end: usize = list == 0 ? 0 : skip(list);
  for (let i = 0; i < values.length; i++) {
    if (values[i] > list && values[i] < end) names.push(decode(member(values[i], "name")));
  }
  return names;
}

/** The revision that was chosen and why; empty for a set that asks for none. */
function ofRevision(choice: RevisionChoice, set: usize, labels: Labels, identity: DrawIdentity): string {
  if (choice.decided == Decided.NotAsked) return "";
  const strategy = given(given(set, "spec"), "updateStrategy");
  const historical = choice.historical != 0;
  const revision = historical
    ? "revision " + decode(given(choice.historical, "name"))
    : "the current revision";
  return `; ${revision}, because ${because(choice, strategy, labels, identity)}`;
}

function because(choice: RevisionChoice, strategy: usize, labels: Labels, identity: DrawIdentity): string {
  switch (choice.decided) {
    case Decided.Paused:
      return "the update is paused";
    case Decided.NotSelected:
      return "spec.updateStrategy.selector." + failingTerm(given(strategy, "selector"), labels);
    case Decided.NoPercentage:
      return "spec.updateStrategy.partition is no percentage";
    case Decided.Drawn:
      return `${identity} drew ${percentage(choice.drawn)} and the partition is ${decode(given(strategy, "partition"))}`;
    default:
      return "the policy is Always";
  }
}

function percentage(share: f64): string {
  const hundredths = <i32>(share * 10000);
  const fraction = hundredths % 100;
  return `${hundredths / 100}.${fraction < 10 ? "0" : ""}${fraction}%`;
}
