import { isJsonObject, type JsonObject } from "../model/json.ts";
import { type LiveSettings, readLiveSettings } from "./settings.ts";

/** The settings that all Pods of a PolicyServer run with, or why that cannot be said of any. */
export type RunningSettings =
  | { readonly kind: "running"; readonly settings: LiveSettings }
  | { readonly kind: "rolling"; readonly why: string };

/** Annotation of a PolicyServer's Deployment: resourceVersion of the ConfigMap that it was last rolled out for. */
const configVersionAnnotation = "kubewarden/config-version";

/**
 * Reads off a PolicyServer's ConfigMap and Deployment which settings of one ClusterAdmissionPolicy are in force.
 *
 * A PolicyServer reads its settings once, when it starts. So they are in force when the Deployment was changed for the
 * present ConfigMap and its rollout is complete. The policy's own status does not tell: it stays `active` throughout.
 */
export function runningSettings(
  policy: string,
  configMap: JsonObject,
  deployment: JsonObject,
): RunningSettings {
  const version = objectAt(configMap, "metadata")["resourceVersion"];
  const { annotations, generation } = objectAt(deployment, "metadata");
  const rolledFor = isJsonObject(annotations) ? annotations[configVersionAnnotation] : undefined;
  if (rolledFor !== version) return { kind: "rolling", why: "its Deployment is not changed for them yet" };
  const problem = rolloutProblem(objectAt(deployment, "status"), generation);
  if (problem !== undefined) return { kind: "rolling", why: problem };
  const entry = policiesOf(configMap)?.[`clusterwide-${policy}`];
  if (!isJsonObject(entry)) return { kind: "rolling", why: "its ConfigMap does not hold the policy yet" };
  return { kind: "running", settings: readLiveSettings(entry["settings"]) };
}

function rolloutProblem(status: JsonObject, generation: unknown): string | undefined {
  const count = (name: string) => (typeof status[name] === "number" ? status[name] : 0);
  const [replicas, updated, available] = ["replicas", "updatedReplicas", "availableReplicas"].map(count);
  if (count("observedGeneration") < Number(generation ?? 0)) return "its Deployment is about to roll out";
  if (updated === replicas && available === replicas && replicas !== 0) return undefined;
  const stuck = (
    Array.isArray(status["conditions"]) ? (status["conditions"] as readonly unknown[]) : []
  ).find(
    (condition) =>
      isJsonObject(condition) && condition["type"] === "Progressing" && condition["status"] === "False",
  );
  const rollout = `${updated} of ${replicas} Pods restarted, ${available} available`;
  return stuck === undefined ? rollout : `${rollout}, and the rollout is stuck: look at the Pods' logs`;
}

function policiesOf(configMap: JsonObject): JsonObject | undefined {
  const text = objectAt(configMap, "data")["policies.yml"];
  try {
    const policies: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    return isJsonObject(policies) ? policies : undefined;
  } catch {
    // Kubewarden writes JSON into that file; anything else is not its work.
    return undefined;
  }
}

function objectAt(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return isJsonObject(value) ? value : {};
}
