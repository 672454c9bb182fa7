import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { InputError, type Manifest } from "./manifests.ts";
import { podsOf } from "./pods.ts";
import { admitPod, admitSidecarSet } from "./policy.ts";

/** What a command found: objects for standard output, remarks for standard error. `ok` is false for exit status 1. */
export interface Outcome {
  readonly ok: boolean;
  readonly objects: readonly object[];
  readonly remarks: readonly string[];
}

const isSidecarSet = (manifest: Manifest): boolean =>
  manifest.kind === "SidecarSet" && manifest.apiVersion.startsWith("apps.kruise.io/");

/** Defaults, checks and fingerprints every SidecarSet; all problems of all sets are reported. */
export function check(policy: PolicyModule, manifests: readonly Manifest[]): Outcome {
  const sidecarSets = manifests.filter(isSidecarSet);
  if (sidecarSets.length === 0) throw new InputError("no SidecarSet (apps.kruise.io) in the input");
  const objects: object[] = [];
  const remarks: string[] = [];
  for (const sidecarSet of sidecarSets) {
    const name = `SidecarSet ${sidecarSet.metadata.name ?? "without a name"}`;
    const response = admitSidecarSet(policy, sidecarSet);
    for (const warning of response.warnings ?? []) remarks.push(`${name}: warning: ${warning}`);
    if (response.accepted) {
      objects.push(response.mutated_object ?? sidecarSet);
      continue;
    }
    for (const problem of (response.message ?? "rejected").split("\n")) remarks.push(`${name}: ${problem}`);
  }
  return { ok: objects.length === sidecarSets.length, objects, remarks };
}

/** The settings of a ClusterAdmissionPolicy that injects the given SidecarSets, for use without the controller. */
export function settings(policy: PolicyModule, manifests: readonly Manifest[]): Outcome {
  const checked = check(policy, manifests);
  if (!checked.ok) return { ...checked, objects: [] };
  const document = { sidecarSets: checked.objects };
  const verdict = policy.validateSettings(document);
  const refusal = verdict.valid ? [] : [`settings: ${verdict.message ?? "refused"}`];
  return { ok: verdict.valid, objects: [document], remarks: [...checked.remarks, ...refusal] };
}

/** The Pods as they would be admitted, after injection. Workloads stand for the Pods of their template. */
export function inject(policy: PolicyModule, manifests: readonly Manifest[]): Outcome {
  const checked = check(policy, manifests);
  const pods = manifests.flatMap(podsOf);
  if (pods.length === 0) throw new InputError("no Pod and no workload with a Pod template in the input");
  const namespaces = new Map(
    manifests
      .filter(({ kind }) => kind === "Namespace")
      .map((manifest) => [manifest.metadata.name ?? "", manifest]),
  );
  const objects: object[] = [];
  const remarks = [...checked.remarks];
  for (const pod of pods) {
    const response = admitPod(policy, pod, { sidecarSets: checked.objects }, namespaces);
    const name = `Pod ${pod.metadata.name ?? "without a name"}`;
    for (const warning of response.warnings ?? []) remarks.push(`${name}: warning: ${warning}`);
    if (response.accepted) objects.push(response.mutated_object ?? pod);
    else remarks.push(`${name}: rejected: ${response.message ?? "no reason given"}`);
    if (response.accepted && response.mutated_object === undefined)
      remarks.push(`${name}: no SidecarSet matches`);
  }
  return { ok: checked.ok && objects.length === pods.length, objects, remarks };
}
