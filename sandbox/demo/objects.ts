import type { Condition, ContainerStatus, KubeObject } from "./kube.ts";

export const PODS = "/api/v1/namespaces/default/pods";
export const SIDECARSETS = "/apis/apps.kruise.io/v1alpha1/sidecarsets";

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
  return object.status?.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: KubeObject): boolean {
  return conditionOf(pod, "Ready")?.status === "True";
}

export function containerStatus(pod: KubeObject | undefined, name: string): ContainerStatus | undefined {
  return pod?.status?.containerStatuses?.find((status) => status.name === name);
}

/** The counters that the first SidecarSet documentation shows, in the order of `kubectl get -o yaml`. */
export function countersOf(set: KubeObject): Record<string, number> {
  const status = set.status ?? {};
  const names = ["matchedPods", "observedGeneration", "readyPods", "updatedPods"];
  return Object.fromEntries(names.map((name) => [name, Number(status[name])]));
}
