/** Builds requests of the sizes that the benchmark compares: a Pod of about `podBytes`, and `setCount` SidecarSets. */

/** How many of the sets select the Pod; they are spread over the list. */
export const MATCHING_SETS = 1;

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
