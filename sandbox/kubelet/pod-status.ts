import { createHash } from "node:crypto";
import { type JsonObject, objectsAt, shown, textAt } from "../json/value.ts";
import { type KubeObject, timestamp } from "../store/object.ts";
import type { ContainerRuntime, Ending } from "./container-runtime.ts";
import type { KubeletOptions } from "./kubelet-options.ts";
import { type PodRuntime, isNativeSidecar } from "./pod-runtime.ts";

/** The `status` that a kubelet would report, with the conditions that are its own. */
export function podStatus(
  pod: KubeObject,
  runtime: PodRuntime,
  now: number,
  options: KubeletOptions,
): JsonObject {
  const init = objectsAt(pod, "spec", "initContainers");
  const main = objectsAt(pod, "spec", "containers");
  const describe = (container: JsonObject): JsonObject =>
    containerStatus(pod, container, runtime, now, options);
  const initContainerStatuses = init.map((container) => describe(container));
  const containerStatuses = main.map((container) => describe(container));
  const lasting = [
    ...initContainerStatuses.filter((_, index) => isNativeSidecar(init[index] ?? {})),
    ...containerStatuses,
  ];
  const unready = lasting.filter((status) => status["ready"] !== true).map((status) => shown(status["name"]));
  const begun = main.some(
    (container) => (runtime.containers.get(textAt(container, "name") ?? "")?.runs ?? 0) > 0,
  );
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: begun ? "Running" : "Pending",
    hostIP: "10.0.0.1",
    hostIPs: [{ ip: "10.0.0.1" }],
    podIP: runtime.ip,
    podIPs: [{ ip: runtime.ip }],
    startTime: time(runtime.startedAt),
    conditions: conditions(pod, runtime, unready, now),
    ...(init.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses,
  };
}

function time(milliseconds: number): string {
  return timestamp(new Date(milliseconds));
}

function containerStatus(
  pod: KubeObject,
  container: JsonObject,
  pods: PodRuntime,
  now: number,
  options: KubeletOptions,
): JsonObject {
  const name = textAt(container, "name") ?? "";
  const runtime = pods.containers.get(name);
  const id = (runs: number): string => `containerd://${sha256(`${pod.metadata.uid}/${name}/${runs}`)}`;
  if (runtime?.startedImage === undefined) {
    const state = runtime === undefined ? waiting("PodInitializing", "") : stateOf(runtime, id);
    const image = textAt(container, "image") ?? "";
    return { name, image, imageID: "", ready: false, started: false, restartCount: 0, state, lastState: {} };
  }
  const { state, startedImage: image, runs, last } = runtime;
  const isRunning = state.kind === "running";
  const ready = state.kind === "completed" || (isRunning && state.readyAt <= now);
  return {
    name,
    image,
    imageID: `${repository(image)}@sha256:${options.digest(image)}`,
    containerID: id(runs),
    ready,
    started: isRunning,
    restartCount: runs - 1,
    state: stateOf(runtime, id),
    lastState: last === undefined ? {} : { terminated: terminated(last, id) },
  };
}

function stateOf(runtime: ContainerRuntime, id: (runs: number) => string): JsonObject {
  const { state } = runtime;
  switch (state.kind) {
    case "creating":
      return waiting("ContainerCreating", "");
    case "pull-failed":
      return state.attempts === 1
        ? waiting("ErrImagePull", `failed to pull "${runtime.image}": not found`)
        : waiting("ImagePullBackOff", `Back-off pulling image "${runtime.image}"`);
    case "crashed":
      return waiting("CrashLoopBackOff", "back-off restarting failed container");
    case "running":
      return { running: { startedAt: time(state.startedAt) } };
    case "completed": {
      const { startedAt, finishedAt } = state;
      const end = { runs: runtime.runs, startedAt, finishedAt, exitCode: 0, reason: "Completed" };
      return { terminated: terminated(end, id) };
    }
    default:
      return {};
  }
}

function waiting(reason: string, message: string): JsonObject {
  return { waiting: { reason, ...(message === "" ? {} : { message }) } };
}

function terminated(end: Ending, id: (runs: number) => string): JsonObject {
  return {
    containerID: id(end.runs),
    exitCode: end.exitCode,
    reason: end.reason,
    startedAt: time(end.startedAt),
    finishedAt: time(end.finishedAt),
  };
}

function conditions(
  pod: KubeObject,
  runtime: PodRuntime,
  unready: readonly string[],
  now: number,
): JsonObject[] {
  const before = objectsAt(pod, "status", "conditions");
  const condition = (type: string, holds: boolean, reason = "", message = ""): JsonObject => {
    const status = holds ? "True" : "False";
    const previous = before.find((entry) => entry["type"] === type);
    const same = previous?.["status"] === status;
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: (same ? previous["lastTransitionTime"] : undefined) ?? time(now),
      // The report is a strategic merge patch, in which null removes.
      reason: holds || reason === "" ? null : reason,
      message: holds || message === "" ? null : message,
    };
  };
  const closed = objectsAt(pod, "spec", "readinessGates")
    .map((gate) => textAt(gate, "conditionType") ?? "")
    .filter((type) => !before.some((entry) => entry["type"] === type && entry["status"] === "True"));
  const notReady = `containers with unready status: [${unready.join(" ")}]`;
  const ready =
    unready.length > 0 || closed.length === 0
      ? condition("Ready", unready.length === 0, "ContainersNotReady", notReady)
      : condition(
          "Ready",
          false,
          "ReadinessGatesNotReady",
          `corresponding condition of pod readiness gate "${closed[0] ?? ""}" does not exist or is not True.`,
        );
  return [
    condition("PodScheduled", true),
    condition(
      "Initialized",
      runtime.initialized,
      "ContainersNotInitialized",
      "containers with incomplete status",
    ),
    condition("ContainersReady", unready.length === 0, "ContainersNotReady", notReady),
    ready,
  ];
}

/** The image's repository, without tag and digest. */
function repository(image: string): string {
  const [name = ""] = image.split("@");
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
