import type { KubeObject } from "./kube.ts";

export const PODS = "/api/v1/namespaces/default/pods";
export const SIDECARSETS = "/apis/apps.kruise.io/v1alpha1/sidecarsets";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly containerID?: string;
  readonly restartCount: number;
}

/** A Pod like the walkthrough's first, under another name. */
export function podManifest(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "nginx" } },
    spec: { containers: [{ name: "app", image: "nginx:1.15.1" }] },
  };
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const conditions = (object.status?.["conditions"] as Condition[] | undefined) ?? [];
  return conditions.find((condition) => condition.type === type);
}

export function isReady(pod: KubeObject): boolean {
  return conditionOf(pod, "Ready")?.status === "True";
}

export function containerStatus(pod: KubeObject | undefined, name: string): ContainerStatus | undefined {
  const statuses = (pod?.status?.["containerStatuses"] as ContainerStatus[] | undefined) ?? [];
  return statuses.find((status) => status.name === name);
}

/** The counters that the first SidecarSet documentation shows, in the order of `kubectl get -o yaml`. */
export function countersOf(set: KubeObject): Record<string, unknown> {
  const status = set.status ?? {};
  const names = ["matchedPods", "observedGeneration", "readyPods", "updatedPods"];
  return Object.fromEntries(names.map((name) => [name, status[name]]));
}
