import { type JsonObject, isObject, numberAt, objectAt, objectsAt, shown, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import { age } from "./age.ts";
import { ageColumn, column, nameColumn } from "./columns.ts";
import type { Column } from "./resource-type.ts";

/** The columns of `kubectl get pods`. */
export const podColumns: readonly Column[] = [
  nameColumn,
  column("Ready", (pod) => `${podSummary(pod).ready}/${podSummary(pod).total}`),
  column("Status", (pod) => podSummary(pod).status),
  column("Restarts", (pod, now) => restartsText(podSummary(pod), now)),
  ageColumn,
  column("IP", (pod) => textAt(pod, "status", "podIP") ?? "<none>", { priority: 1 }),
  column("Node", (pod) => textAt(pod, "spec", "nodeName") ?? "<none>", { priority: 1 }),
  column("Nominated Node", (pod) => textAt(pod, "status", "nominatedNodeName") ?? "<none>", { priority: 1 }),
  column("Readiness Gates", (pod) => readinessGatesText(pod), { priority: 1 }),
];

/** What the columns of a Pod are made of. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** When the last container that had to be restarted ended; absent without restarts. */
  readonly lastRestart: string | undefined;
}

/** A Pod in one line, by the rules of kubectl: init containers first, then the worst of the containers. */
export function podSummary(pod: KubeObject): PodSummary {
  const init = objectsAt(pod, "status", "initContainerStatuses");
  const sidecars = new Set(
    objectsAt(pod, "spec", "initContainers")
      .filter((container) => container["restartPolicy"] === "Always")
      .map((container) => container["name"]),
  );
  const sidecarStatuses = init.filter((status) => sidecars.has(status["name"] ?? null));
  const containers = objectsAt(pod, "status", "containerStatuses");
  const initStatus = initReason(pod, init, sidecars);
  const counted = initStatus === undefined ? [...sidecarStatuses, ...containers] : init;
  const status = initStatus ?? containersReason(pod, containers);
  const deleting = pod.metadata.deletionTimestamp !== undefined;
  return {
    ready: [...sidecarStatuses, ...containers].filter((entry) => isReady(entry, sidecars)).length,
    total: objectsAt(pod, "spec", "containers").length + sidecars.size,
    status: deleting && !isFinished(pod) ? "Terminating" : status,
    restarts: counted.reduce((sum, entry) => sum + (numberAt(entry, "restartCount") ?? 0), 0),
    lastRestart: counted
      .map((entry) => textAt(entry, "lastState", "terminated", "finishedAt") ?? "")
      .reduce<string | undefined>((latest, time) => (time > (latest ?? "") ? time : latest), undefined),
  };
}

function isFinished(pod: KubeObject): boolean {
  return ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "");
}

function isReady(status: JsonObject, sidecars: ReadonlySet<JsonObject[string] | undefined>): boolean {
  if (sidecars.has(status["name"])) return status["started"] === true && status["ready"] === true;
  return status["ready"] === true && isObject(objectAt(status, "state")["running"]);
}

function initReason(
  pod: KubeObject,
  statuses: readonly JsonObject[],
  sidecars: ReadonlySet<JsonObject[string] | undefined>,
): string | undefined {
  const total = objectsAt(pod, "spec", "initContainers").length;
  for (const [index, status] of statuses.entries()) {
    const terminated = objectAt(status, "state")["terminated"];
    if (isObject(terminated) && terminated["exitCode"] === 0) continue;
    if (sidecars.has(status["name"]) && status["started"] === true) continue;
    if (isObject(terminated)) return `Init:${textAt(terminated, "reason") ?? "Error"}`;
    const waiting = textAt(status, "state", "waiting", "reason");
    if (waiting !== undefined && waiting !== "PodInitializing") return `Init:${waiting}`;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

function containersReason(pod: KubeObject, statuses: readonly JsonObject[]): string {
  const fallback = textAt(pod, "status", "reason") ?? textAt(pod, "status", "phase") ?? "Unknown";
  let reason = fallback;
  let running = false;
  for (const status of statuses.toReversed()) {
    const waiting = textAt(status, "state", "waiting", "reason");
    const terminated = objectAt(status, "state")["terminated"];
    if (waiting !== undefined && waiting !== "") reason = waiting;
    else if (isObject(terminated))
      reason = textAt(terminated, "reason") ?? `ExitCode:${shown(terminated["exitCode"])}`;
    else if (status["ready"] === true) running = true;
  }
  if (reason !== "Completed" || !running) return reason;
  const ready = objectsAt(pod, "status", "conditions").some(
    (condition) => condition["type"] === "Ready" && condition["status"] === "True",
  );
  return ready ? "Running" : "NotReady";
}

function restartsText(summary: PodSummary, now: Date): string {
  if (summary.restarts === 0 || summary.lastRestart === undefined) return String(summary.restarts);
  return `${summary.restarts} (${age(summary.lastRestart, now)} ago)`;
}

function readinessGatesText(pod: KubeObject): string {
  const gates = objectsAt(pod, "spec", "readinessGates");
  if (gates.length === 0) return "<none>";
  const open = gates.filter((gate) =>
    objectsAt(pod, "status", "conditions").some(
      (condition) => condition["type"] === gate["conditionType"] && condition["status"] === "True",
    ),
  );
  return `${open.length}/${gates.length}`;
}
