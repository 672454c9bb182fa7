// Requests of the sizes that the benchmark compares. Numbers from different days are compared, too: keep them as they are.

import type { PolicyModule } from "@kubewarden/as-sdk/host";

/** A Pod of about this many bytes. */
export function podOf(podBytes: number): object {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      creationTimestamp: null,
      labels: { app: "bench", tier: "web" } as Record<string, string>,
      managedFields: [
        {
          apiVersion: "v1",
          fieldsV1: {},
          manager: "bench",
          operation: "Update",
          time: "2026-01-01T00:00:00Z",
        },
      ],
      name: "bench",
      namespace: "default",
    },
    spec: { containers: [] as object[], restartPolicy: "Always", volumes: [{ emptyDir: {}, name: "data" }] },
  };
  for (let index = 0; JSON.stringify(pod).length < podBytes; index += 1)
    pod.spec.containers.push(containerOf(index));
  return pod;
}

function containerOf(index: number): object {
  const env = Array.from({ length: 12 }, (_, n) => ({
    name: `SETTING_${n}`,
    value: `value "${n}" of container ${index}`,
  }));
  return {
    args: ["--listen", ":8080", "--verbose"],
    env,
    image: `registry.example/team/app-${index}:1.2.3`,
    imagePullPolicy: "IfNotPresent",
    livenessProbe: { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" }, periodSeconds: 10 },
    name: `app-${index}`,
    resources: { limits: { cpu: "500m", memory: "512Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
    volumeMounts: [{ mountPath: "/data", name: "data" }],
  };
}

export function sidecarSetOf(index: number, app: string): object {
  return {
    apiVersion: "apps.kruise.io/v1alpha1",
    kind: "SidecarSet",
    metadata: { name: `set-${String(index).padStart(4, "0")}` },
    spec: {
      containers: [
        {
          env: [{ name: "LEVEL", value: "info" }],
          image: "registry.example/agents/log:2.0.1",
          name: `agent-${index}`,
          resources: { limits: { cpu: "100m", memory: "64Mi" } },
          volumeMounts: [{ mountPath: "/var/log/app", name: `logs-${index}` }],
        },
      ],
      selector: { matchLabels: { app } },
      volumes: [{ emptyDir: {}, name: `logs-${index}` }],
    },
  };
}

/** Settings with this many SidecarSets, as the policy normalises them. The last `matching` of them select the Pod. */
export function settingsOf(policy: PolicyModule, setCount: number, matching: number): object {
  const sidecarSets = Array.from({ length: setCount }, (_, index) => {
    const sidecarSet = sidecarSetOf(index, index >= setCount - matching ? "bench" : `other-${index}`);
    const gvk = { group: "apps.kruise.io", version: "v1alpha1" };
    const request = {
      uid: "bench",
      kind: { ...gvk, kind: "SidecarSet" },
      resource: { ...gvk, resource: "sidecarsets" },
      operation: "CREATE" as const,
      object: sidecarSet,
    };
    return policy.validate(request, {}).mutated_object ?? sidecarSet;
  });
  return { sidecarSets };
}

/** The bytes that a policy-server hands to the policy for the creation of a Pod. */
export function payloadOf(pod: object, settings: object): Uint8Array {
  const request = {
    kind: { group: "", kind: "Pod", version: "v1" },
    namespace: "default",
    object: pod,
    operation: "CREATE",
    resource: { group: "", resource: "pods", version: "v1" },
    uid: "bench",
  };
  return new TextEncoder().encode(JSON.stringify({ request, settings }));
}
