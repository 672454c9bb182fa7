import type { Client } from "../api/client.ts";
import { StatusError } from "../api/status-error.ts";
import { type JsonObject, equal, numberAt, objectAt, objectsAt, textAt } from "../json/value.ts";
import type { StoreEvent } from "../store/event-log.ts";
import { type KubeObject, objectKey } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { EventRecorder } from "./event-recorder.ts";
import { type KubeletOptions, defaultKubeletOptions } from "./kubelet-options.ts";
import { crash } from "./container-runtime.ts";
import { type PodRuntime, advancePod } from "./pod-runtime.ts";
import { podStatus } from "./pod-status.ts";
import { nodeManifest, nodeName, nodeStatus } from "./node.ts";

/** What the kubelet keeps about one Pod. */
interface Worker {
  readonly uid: string;
  runtime: PodRuntime;
  timer: NodeJS.Timeout | undefined;
  /** When the Pod is to be removed; set once its deletion was asked for. */
  stopAt: number | undefined;
}

/**
 * The stand-in for scheduler and kubelet: gives every Pod a node, takes its containers through their states by
 * timers, restarts a container when its image changes, removes Pods that are to be deleted.
 */
export class Kubelet {
  private readonly client: Client;
  private readonly store: Store;
  private readonly options: KubeletOptions;
  private readonly events: EventRecorder;
  private readonly workers = new Map<string, Worker>();
  private readonly unlisten: () => void;
  private addresses = 0;
  private paused = false;

  constructor(client: Client, store: Store, options: Partial<KubeletOptions> = {}) {
    this.client = client.as("kubelet");
    this.store = store;
    this.options = { ...defaultKubeletOptions, ...options };
    this.events = new EventRecorder(this.client, this.options.events);
    const node = this.client.create(nodeManifest());
    const reference = { apiVersion: "v1", kind: "Node", name: node.metadata.name };
    this.client.patch(reference, "merge", { status: nodeStatus() }, "status");
    this.unlisten = store.listen("pods", (event) => this.observe(event));
    for (const pod of store.list("pods")) this.wake(this.workerOf(pod), pod, this.options.bindMs);
  }

  /** Stops working until `resume`: containers stay as they are. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    for (const key of this.workers.keys()) this.work(key);
  }

  /** Ends a running container as if its process had died; it starts again at once, with the same image. */
  crash(namespace: string, name: string, container: string): void {
    const key = objectKey(namespace, name);
    const worker = this.workers.get(key);
    const runtime = worker?.runtime.containers.get(container);
    if (worker === undefined || runtime === undefined) throw new Error(`${key}: no container ${container}`);
    const now = Date.now();
    const containers = new Map(worker.runtime.containers);
    containers.set(container, crash(runtime, now, now + this.options.restartMs));
    worker.runtime = { ...worker.runtime, containers };
    this.work(key);
  }

  close(): void {
    this.unlisten();
    for (const worker of this.workers.values()) clearTimeout(worker.timer);
    this.workers.clear();
  }

  private observe(event: StoreEvent): void {
    const { object } = event;
    const key = keyOf(object);
    if (event.type === "DELETED") {
      clearTimeout(this.workers.get(key)?.timer);
      this.workers.delete(key);
      return;
    }
    const worker = this.workerOf(object);
    if (textAt(object, "spec", "nodeName") === undefined) this.wake(worker, object, this.options.bindMs);
    else if (concernsKubelet(event)) this.wake(worker, object, 0);
  }

  private workerOf(pod: KubeObject): Worker {
    const key = keyOf(pod);
    const known = this.workers.get(key);
    if (known !== undefined && known.uid === pod.metadata.uid) return known;
    clearTimeout(known?.timer);
    this.addresses += 1;
    const ip = `10.244.${(this.addresses >> 8) & 255}.${this.addresses & 255}`;
    const runtime = { startedAt: 0, ip, containers: new Map(), initialized: false };
    const worker: Worker = { uid: pod.metadata.uid, runtime, timer: undefined, stopAt: undefined };
    this.workers.set(key, worker);
    return worker;
  }

  private wake(worker: Worker, pod: KubeObject, delayMs: number): void {
    clearTimeout(worker.timer);
    const key = keyOf(pod);
    // Timers are limited to 2^31-1 ms.
    worker.timer = setTimeout(() => this.work(key), Math.min(delayMs, 2 ** 31 - 1));
  }

  private work(key: string): void {
    const worker = this.workers.get(key);
    const [namespace = "", name = ""] = key.split("/");
    const pod = this.store.get("pods", namespace, name);
    if (worker === undefined || pod === undefined || this.paused) return;
    if (textAt(pod, "spec", "nodeName") === undefined) {
      if (objectsAt(pod, "spec", "schedulingGates").length === 0) this.bind(worker, pod);
    } else if (pod.metadata.deletionTimestamp === undefined) this.run(worker, pod);
    else this.stop(worker, pod);
  }

  /** What the scheduler's `binding` request does. */
  private bind(worker: Worker, pod: KubeObject): void {
    worker.runtime = { ...worker.runtime, startedAt: Date.now() };
    const spec = { ...objectAt(pod, "spec"), nodeName };
    this.store.put("pods", { ...pod, spec });
    this.events.record(pod, {
      type: "Normal",
      reason: "Scheduled",
      message: `Successfully assigned ${keyOf(pod)} to ${nodeName}`,
    });
  }

  private run(worker: Worker, pod: KubeObject): void {
    const now = Date.now();
    // A Pod that was created with a node was never bound here.
    if (worker.runtime.startedAt === 0) worker.runtime = { ...worker.runtime, startedAt: now };
    const step = advancePod(pod, worker.runtime, now, this.options);
    worker.runtime = step.runtime;
    if (step.wakeAt !== undefined) this.wake(worker, pod, Math.max(1, step.wakeAt - now));
    this.report(pod, podStatus(pod, step.runtime, now, this.options));
    for (const happening of step.happenings) this.events.record(pod, happening);
  }

  private report(pod: KubeObject, status: JsonObject): void {
    const metadata = { uid: pod.metadata.uid };
    const { namespace, name } = pod.metadata;
    this.client.patch(
      { apiVersion: "v1", kind: "Pod", namespace, name },
      "strategic",
      { metadata, status },
      "status",
    );
  }

  private stop(worker: Worker, pod: KubeObject): void {
    const now = Date.now();
    const grace = (numberAt(pod, "metadata", "deletionGracePeriodSeconds") ?? 0) * 1000;
    worker.stopAt = Math.min(
      worker.stopAt ?? Number.POSITIVE_INFINITY,
      now + Math.min(grace, this.options.stopMs),
    );
    if (worker.stopAt > now) {
      this.wake(worker, pod, worker.stopAt - now);
      return;
    }
    const { namespace, name, uid } = pod.metadata;
    try {
      const reference = { apiVersion: "v1", kind: "Pod", namespace, name };
      this.client.delete(reference, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }
}

function keyOf(pod: KubeObject): string {
  return objectKey(pod.metadata.namespace, pod.metadata.name);
}

/** Whether a change can matter to the kubelet: not its own status reports, but conditions that others set. */
function concernsKubelet({ object, previous }: StoreEvent): boolean {
  if (previous === undefined) return true;
  return !(
    equal(object["spec"], previous["spec"]) &&
    equal(object.metadata.annotations, previous.metadata.annotations) &&
    object.metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
    equal(gateConditions(object), gateConditions(previous))
  );
}

function gateConditions(pod: KubeObject): JsonObject[] {
  const gates = new Set(
    objectsAt(pod, "spec", "readinessGates").map((gate) => textAt(gate, "conditionType")),
  );
  return objectsAt(pod, "status", "conditions").filter((condition) => gates.has(textAt(condition, "type")));
}
