import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { Pod } from "../model/pod.ts";
import { configVersionKey, formerPods, isPodOf, podsByName } from "./former-pods.ts";
import { type LiveSettings, readLiveSettings } from "./settings.ts";

/** The settings that all Pods of a PolicyServer run with, or why that cannot be said of any. */
export type RunningSettings =
  /** `overdue` names Pods with former settings that should have ended and are still there. */
  | { readonly kind: "running"; readonly settings: LiveSettings; readonly overdue: readonly string[] }
  /** The server has started with these settings, but Pods with former ones may still answer. */
  | { readonly kind: "replacing"; readonly settings: LiveSettings; readonly why: string }
  | { readonly kind: "rolling"; readonly why: string }
  /** The server will not come to run with these settings: new Pods crash, or the Deployment has given up. Old Pods serve. */
  | { readonly kind: "failing"; readonly settings: LiveSettings; readonly why: string };

/** What is to be seen of one PolicyServer. */
export interface PolicyServerState {
  /** Name of the PolicyServer. */
  readonly server: string;
  readonly configMap: JsonObject;
  readonly deployment: JsonObject;
  /** Pods of its namespace; those of other servers do not count. */
  readonly pods: Iterable<Pod>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A container that has stopped so often is started again after ever longer pauses. */
const crashLoopRestarts = 2;

/**
 * Reads off a PolicyServer's ConfigMap, Deployment and Pods which settings of one ClusterAdmissionPolicy are in force.
 *
 * A PolicyServer reads its settings once, when it starts. So they are in force when the Deployment was changed for the
 * present ConfigMap, its rollout is complete, and no Pod is left that was started for another one. The policy's own status
 * does not tell: it stays `active` throughout.
 */
export function runningSettings(
  policy: string,
  { server, configMap, deployment, pods, now }: PolicyServerState,
): RunningSettings {
  const version = objectAt(configMap, "metadata")["resourceVersion"];
  const { annotations, generation } = objectAt(deployment, "metadata");
  const rolledFor = isJsonObject(annotations) ? annotations[configVersionKey] : undefined;
  if (typeof version !== "string" || rolledFor !== version) {
    return { kind: "rolling", why: "its Deployment is not changed for them yet" };
  }
  const entry = policiesOf(configMap)?.[`clusterwide-${policy}`];
  if (!isJsonObject(entry)) return { kind: "rolling", why: "its ConfigMap does not hold the policy yet" };
  const settings = readLiveSettings(entry["settings"]);
  const rollout = rolloutOf(objectAt(deployment, "status"), generation);
  const own = [...pods].filter((pod) => isPodOf(server, pod));
  if (rollout.kind === "complete") {
    const { answering, overdue } = formerPods(own, version, now);
    if (answering.length === 0) return { kind: "running", settings, overdue };
    return {
      kind: "replacing",
      settings,
      why: `its ${podsByName(answering)} with former settings may still answer`,
    };
  }
  const crashing = own.find((pod) => pod.labels[configVersionKey] === version && isCrashing(pod));
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
