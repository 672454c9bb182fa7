import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { InputError, type Manifest } from "./manifests.ts";
import { podsOf } from "./pods.ts";
import { admitPod, admitSidecarSet } from "./policy.ts";

/** What a command found: objects or lines for standard output, remarks for standard error. */
export interface Outcome {
  /** False for exit status 1. */
  readonly ok: boolean;
  readonly objects: readonly object[];
  /** For people; printed whatever the output format. */
  readonly lines?: readonly string[];
  readonly remarks: readonly string[];
}

const isSidecarSet = (manifest: Manifest): boolean =>
  manifest.kind === "SidecarSet" && manifest.apiVersion.startsWith("apps.kruise.io/");

/** Defaults, checks and fingerprints every SidecarSet beside the others; all problems of all sets are reported. */
export function check(policy: PolicyModule, manifests: readonly Manifest[]): Outcome {
  const sidecarSets = manifests.filter(isSidecarSet);
  if (sidecarSets.length === 0) throw new InputError("no SidecarSet (apps.kruise.io) in the input");
  const objects: object[] = [];
  const remarks: string[] = [];
  for (const sidecarSet of sidecarSets) {
    const name = `SidecarSet ${sidecarSet.metadata.name ?? "without a name"}`;
    const response = admitSidecarSet(policy, sidecarSet, sidecarSets);
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
  const { checked, settings, pods, namespaces } = circumstances(policy, manifests);
  const objects: object[] = [];
  const remarks = [...checked.remarks];
  for (const pod of pods) {
    const response = admitPod(policy, pod, settings, namespaces);
    const name = `Pod ${pod.metadata.name ?? "without a name"}`;
    for (const warning of response.warnings ?? []) remarks.push(`${name}: warning: ${warning}`);
    if (response.accepted) objects.push(response.mutated_object ?? pod);
    else remarks.push(`${name}: rejected: ${response.message ?? "no reason given"}`);
    if (response.accepted && response.mutated_object === undefined)
      remarks.push(`${name}: no SidecarSet matches`);
  }
  return { ok: checked.ok && objects.length === pods.length, objects, remarks };
}

/** Why each Pod gets its sidecars: what every SidecarSet brings, or the term that keeps it out. */
export function why(policy: PolicyModule, manifests: readonly Manifest[]): Outcome {
  const { checked, settings, pods, namespaces } = circumstances(policy, manifests);
  const lines = pods.flatMap((pod) => {
    const response = admitPod(policy, pod, { ...settings, explain: true }, namespaces);
    const reasons = Object.entries(response.audit_annotations ?? {});
    const width = Math.max(0, ...reasons.map(([name]) => name.length));
    const told = new Set(reasons.map(([name, reason]) => `sidecarset ${name}: ${reason}`.slice(0, SHOWN)));
    const others = (response.warnings ?? []).filter((warning) => !told.has(warning.slice(0, SHOWN)));
    return [
      `Pod ${pod.metadata.namespace ?? "default"}/${pod.metadata.name ?? "without a name"}:`,
      ...reasons.map(([name, reason]) => `  ${name.padEnd(width)}  ${reason}`),
      ...others.map((warning) => `  ${warning}`),
      ...(response.accepted ? [] : [`  rejected: ${response.message ?? "no reason given"}`]),
    ];
  });
  return { ok: checked.ok, objects: [], lines, remarks: checked.remarks };
}

/** The policy cuts longer warnings; its audit annotations are whole. */
const SHOWN = 240;

interface Circumstances {
  readonly checked: Outcome;
  readonly settings: object;
  readonly pods: readonly Manifest[];
  readonly namespaces: ReadonlyMap<string, Manifest>;
}

/**
 * What Pods are admitted under: the SidecarSets of the input, and beside them the settings of a policy (`kubectl get
 * clusteradmissionpolicy sidecarset-injection -o yaml`) where one is given. A set of the input replaces its namesake.
 */
function circumstances(policy: PolicyModule, manifests: readonly Manifest[]): Circumstances {
  const pods = manifests.flatMap(podsOf);
  if (pods.length === 0) throw new InputError("no Pod and no workload with a Pod template in the input");
  const { sidecarSets = [], ...others } = manifests.find(isPolicy)?.spec?.settings ?? {};
  const given = manifests.filter(isSidecarSet);
  const none: Outcome = { ok: true, objects: [], remarks: [] };
  const checked = given.length === 0 && sidecarSets.length > 0 ? none : check(policy, manifests);
  const names = new Set(given.map(({ metadata }) => metadata.name));
  const live = sidecarSets.filter(({ metadata }) => !names.has(metadata?.name));
  return {
    checked,
    settings: { ...others, sidecarSets: [...live, ...checked.objects] },
    pods,
    namespaces: new Map(
      manifests
        .filter(({ kind }) => kind === "Namespace")
        .map((manifest) => [manifest.metadata.name ?? "", manifest]),
    ),
  };
}

interface PolicyManifest extends Manifest {
  readonly spec?: {
    readonly settings?: {
      readonly sidecarSets?: readonly { readonly metadata?: { readonly name?: string } }[];
    };
  };
}

function isPolicy(manifest: Manifest): manifest is PolicyManifest {
  return (
    manifest.kind === "ClusterAdmissionPolicy" && manifest.apiVersion.startsWith("policies.kubewarden.io/")
  );
}
