import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { Pod } from "../model/pod.ts";
import { type LiveSettings, readLiveSettings } from "./settings.ts";

/** The settings that all Pods of a PolicyServer run with, or why that cannot be said of any. */
export type RunningSettings =
  | { readonly kind: "running"; readonly settings: LiveSettings }
  | { readonly kind: "rolling"; readonly why: string }
  /** The server will not come to run with these settings: new Pods crash, or the Deployment has given up. Old Pods serve. */
  | { readonly kind: "failing"; readonly settings: LiveSettings; readonly why: string };

/** What is to be seen of one PolicyServer. */
export interface PolicyServerState {
  readonly configMap: JsonObject;
  readonly deployment: JsonObject;
  /** Pods of its namespace, and perhaps others. */
  readonly pods: Iterable<Pod>;
}

/** Annotation of a PolicyServer's Deployment, label of its Pods: resourceVersion of the ConfigMap that they are made for. */
const configVersionKey = "kubewarden/config-version";

/** A container that has stopped so often is started again after ever longer pauses. */
const crashLoopRestarts = 2;

/**
 * Reads off a PolicyServer's ConfigMap, Deployment and Pods which settings of one ClusterAdmissionPolicy are in force.
 *
 * A PolicyServer reads its settings once, when it starts. So they are in force when the Deployment was changed for the
 * present ConfigMap and its rollout is complete. The policy's own status does not tell: it stays `active` throughout.
 */
export function runningSettings(
  policy: string,
  { configMap, deployment, pods }: PolicyServerState,
): RunningSettings {
  const version = objectAt(configMap, "metadata")["resourceVersion"];
  const { annotations, generation } = objectAt(deployment, "metadata");
  const rolledFor = isJsonObject(annotations) ? annotations[configVersionKey] : undefined;
  if (rolledFor !== version) return { kind: "rolling", why: "its Deployment is not changed for them yet" };
  const entry = policiesOf(configMap)?.[`clusterwide-${policy}`];
  if (!isJsonObject(entry)) return { kind: "rolling", why: "its ConfigMap does not hold the policy yet" };
  const settings = readLiveSettings(entry["settings"]);
  const rollout = rolloutOf(objectAt(deployment, "status"), generation);
  if (rollout.kind === "complete") return { kind: "running", settings };
  const crashing = [...pods].find((pod) => pod.labels[configVersionKey] === version && isCrashing(pod));
  if (crashing !== undefined) {
    return { kind: "failing", settings, why: `its Pod ${crashing.name} crashes at start: look at its log` };
  }
  const { kind, why } = rollout;
  return kind === "stuck" ? { kind: "failing", settings, why } : { kind, why };
}

function isCrashing({ ready, containerStatuses }: Pod): boolean {
  return (
    !ready && containerStatuses.some((status) => !status.ready && status.restartCount >= crashLoopRestarts)
  );
}

type Rollout = { readonly kind: "complete" } | { readonly kind: "rolling" | "stuck"; readonly why: string };

function rolloutOf(status: JsonObject, generation: unknown): Rollout {
  const count = (name: string) => (typeof status[name] === "number" ? status[name] : 0);
  const [replicas, updated, available] = ["replicas", "updatedReplicas", "availableReplicas"].map(count);
  if (count("observedGeneration") < Number(generation ?? 0)) {
    return { kind: "rolling", why: "its Deployment is about to roll out" };
  }
  if (updated === replicas && available === replicas && replicas !== 0) return { kind: "complete" };
  const stuck = (
    Array.isArray(status["conditions"]) ? (status["conditions"] as readonly unknown[]) : []
  ).find(
    (condition) =>
      isJsonObject(condition) && condition["type"] === "Progressing" && condition["status"] === "False",
  );
  const rollout = `${updated} of ${replicas} Pods restarted, ${available} available`;
  if (stuck === undefined) return { kind: "rolling", why: rollout };
  return { kind: "stuck", why: `${rollout}, and the rollout is stuck: look at the Pods' logs` };
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
