import { claimed } from "./claimed.ts";
import type { JsonObject, JsonObjects, ObjectChange } from "./json-objects.ts";

const policies = "/apis/policies.kubewarden.io/v1/clusteradmissionpolicies";
const configMaps = "/api/v1/configmaps";
const deployments = "/apis/apps/v1/deployments";
const namespace = "kubewarden";
const name = "policy-server-bench";

/** Puts a policy without settings there, and stands in for Kubewarden, whose PolicyServers restart in no time here. */
export function installPolicy(objects: JsonObjects, policy: string): void {
  objects.create(configMaps, { kind: "ConfigMap", metadata: { name, namespace } });
  objects.create(deployments, { kind: "Deployment", metadata: { name, namespace }, spec: { replicas: 1 } });
  objects.on("change", (change) => rollOut(objects, change));
  objects.create(policies, {
    apiVersion: "policies.kubewarden.io/v1",
    kind: "ClusterAdmissionPolicy",
    metadata: { name: policy },
    spec: { policyServer: "bench" },
  });
}

function rollOut(objects: JsonObjects, { collection, object }: ObjectChange): void {
  if (collection !== policies) return;
  const { settings } = claimed<{ readonly settings?: unknown }>(object["spec"]);
  const file = JSON.stringify({ [`clusterwide-${object.metadata.name}`]: { settings } });
  const configMap = replace(objects, configMaps, { data: { "policies.yml": file } });
  const annotations = { "kubewarden/config-version": configMap.metadata["resourceVersion"] };
  const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  replace(objects, deployments, { status }, { annotations });
}

function replace(
  objects: JsonObjects,
  collection: string,
  members: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>> = {},
): JsonObject {
  const before = objects.get(collection, name, namespace);
  if (before === undefined) throw new Error(`${collection}: expected ${name}`);
  return objects.replace(collection, before, {
    ...before,
    ...members,
    metadata: { ...before.metadata, ...metadata },
  });
}
