import type { Client } from "../api/client.ts";
import { type JsonObject, numberAt, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";

/** The namespace in which Kubewarden runs. */
export const kubewardenNamespace = "kubewarden";

const versionKey = "kubewarden/config-version";

/**
 * Writes the ConfigMap of a PolicyServer and the Deployment that is to run with it. The answer is the version of
 * the configuration: the ConfigMap's resourceVersion, which the Deployment carries as an annotation.
 */
export function writeConfiguration(client: Client, server: KubeObject, file: string): string {
  const metadata = { name: objectName(server), namespace: kubewardenNamespace };
  const data = { "policies.yml": file, "sources.yml": "{}" };
  const version = client.apply({ apiVersion: "v1", kind: "ConfigMap", metadata, data }).metadata
    .resourceVersion;
  const labels = { "kubewarden/policy-server": server.metadata.name };
  client.apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...metadata, annotations: { [versionKey]: version } },
    spec: {
      replicas: numberAt(server, "spec", "replicas") ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, [versionKey]: version } },
        spec: { containers: [{ name: "policy-server", image: textAt(server, "spec", "image") ?? "" }] },
      },
    },
  });
  return version;
}

/**
 * Writes the Deployment's status, unless the Deployment has moved on to another version meanwhile. A stuck rollout
 * has one new Pod that does not become ready beside all the old ones.
 */
export function reportRollout(
  client: Client,
  server: KubeObject,
  version: string,
  outcome: "complete" | "stuck",
): void {
  const reference = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: kubewardenNamespace,
    name: objectName(server),
  };
  const deployment = client.find(reference);
  if (deployment?.metadata.annotations?.[versionKey] !== version) return;
  const replicas = numberAt(deployment, "spec", "replicas") ?? 1;
  const counts =
    outcome === "complete"
      ? { replicas, updatedReplicas: replicas, unavailableReplicas: null }
      : { replicas: replicas + 1, updatedReplicas: 1, unavailableReplicas: 1 };
  const status = {
    observedGeneration: deployment.metadata.generation ?? 1,
    readyReplicas: replicas,
    availableReplicas: replicas,
    ...counts,
  };
  client.patch(reference, "merge", { status }, "status");
  replacePods(client, server, outcome === "stuck" ? version : undefined);
}

/** The Pods of a server are not there, but for the one of a rollout that is stuck: it crashes again and again. */
function replacePods(client: Client, server: KubeObject, crashing: string | undefined): void {
  const serverKey = "kubewarden/policy-server";
  const reference = { apiVersion: "v1", kind: "Pod", namespace: kubewardenNamespace };
  for (const { metadata } of client.list("v1", "Pod", kubewardenNamespace)) {
    if (metadata.labels?.[serverKey] !== server.metadata.name) continue;
    if (metadata.labels[versionKey] === crashing) return;
    client.delete({ ...reference, name: metadata.name });
  }
  if (crashing === undefined) return;
  client.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${objectName(server)}-${crashing}`,
      namespace: kubewardenNamespace,
      labels: { [serverKey]: server.metadata.name, [versionKey]: crashing },
    },
    spec: { containers: [{ name: "policy-server", image: "policy-server:crashes" }] },
  });
}

/** Writes a policy's status as Kubewarden does: once active it stays active, whatever happens to its server. */
export function reportPolicy(
  client: Client,
  policy: KubeObject,
  state: "unscheduled" | "pending" | "active",
): void {
  const { apiVersion, kind } = policy;
  const reference = { apiVersion, kind, name: policy.metadata.name };
  const live = client.find(reference);
  if (live === undefined) return;
  const before = textAt(live, "status", "policyStatus");
  const policyStatus = before === "active" && state === "pending" ? "active" : state;
  const status: JsonObject = { policyStatus, mode: textAt(live, "spec", "mode") ?? "unknown" };
  client.patch(reference, "merge", { status }, "status");
}

function objectName(server: KubeObject): string {
  return `policy-server-${server.metadata.name}`;
}
