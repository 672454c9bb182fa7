import { Splice, Writer } from "@kubewarden/as-sdk/assembly/json";
import { applyPlan } from "../../../assembly/injection/apply-plan";
import { EffectiveSet } from "../../../assembly/injection/effective-set";
import { planInjection } from "../../../assembly/injection/make-plan";
import { completePod } from "../../../assembly/pod/complete-pod";
import { PodView } from "../../../assembly/pod/pod-view";
import { document } from "../document";

/** The Pod after injection of one SidecarSet, or the rejection. */
export function inject(set: string, pod: string): string {
  return injectAll([set], pod);
}

/** The Pod after injection of SidecarSets in this order, or the rejection. */
export function injectAll(sets: Array<string>, pod: string): string {
  const view = new PodView(completePod(document(pod)));
  const effective: Array<EffectiveSet> = [];
  for (let i = 0; i < sets.length; i++) effective.push(new EffectiveSet(document(sets[i])));
  const plan = planInjection(effective, view);
  if (plan.rejection.length > 0) return plan.rejection;
  const splice = Splice.of(view.root);
  applyPlan(plan, view, splice);
  const out = new Writer();
  splice.writeTo(out);
  return out.toString();
}

/** A SidecarSet with hashes, named `name`, whose spec has these members. */
export function sidecarSet(name: string, spec: string): string {
  return (
    '{"metadata":{"name":"' +
    name +
    '","annotations":{"kruise.io/sidecarset-hash":"h-' +
    name +
    '","kruise.io/sidecarset-hash-without-image":"w-' +
    name +
    '"}},"spec":{' +
    spec +
    "}}"
  );
}

/** What stands between the first `from` and the next `to` behind it. */
export function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  if (start < 0) return "";
  const end = text.indexOf(to, start + from.length);
  return end < 0 ? "" : text.substring(start + from.length, end);
}

/** Fails with the whole text where `part` is not in it. */
export function expectPart(text: string, part: string): void {
  expect(text.includes(part) ? part : text).toBe(part);
}
