import type { Manifest } from "./manifests.ts";

interface PodTemplate {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: unknown;
}

interface WorkloadSpec {
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec?: WorkloadSpec };
}

/**
 * Gives the Pods that a manifest leads to: itself for a Pod, one named after its template for a workload (Deployment,
 * StatefulSet, DaemonSet, ReplicaSet, Job, CronJob and kinds of the same shape), none for anything else. For a StatefulSet
 * it is the first Pod under its true name, by which it draws its revision.
 */
export function podsOf(manifest: Manifest): Manifest[] {
  if (manifest.kind === "Pod" && manifest.apiVersion === "v1") return [manifest];
  const spec: WorkloadSpec | undefined = manifest.spec;
  const template = (spec?.jobTemplate?.spec ?? spec)?.template;
  if (typeof template?.spec !== "object" || template.spec === null) return [];
  const { name, namespace } = manifest.metadata;
  return [
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...template.metadata,
        name: `${name ?? manifest.kind.toLowerCase()}-${manifest.kind === "StatefulSet" ? 0 : "pod"}`,
        ...(namespace === undefined ? {} : { namespace }),
      },
      spec: template.spec,
    },
  ];
}
