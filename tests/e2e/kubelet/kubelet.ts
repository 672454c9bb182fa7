import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, ApiClient } from "../control-plane/api-client.ts";
import { crashed, type KubeletPod, type NodeState, nextStep, podStatus } from "./pod-lifecycle.ts";

const nodeName = "node-1";

/** How a Pod's containers do. While they do not run, `crashed` tells that they ended by themselves after as many restarts. */
export type ContainerState =
  | { readonly kind: "running" | "starting" }
  | { readonly kind: "crashed"; readonly restarts: number };

/** Runs the containers of some Pods. */
export interface ContainerRuntime {
  /** Starts what does not run, and answers how it does; Pods that it does not run are `running`. */
  run(pod: Answer["body"]): Promise<ContainerState>;
  /** Ends the Pod's containers, which are asked first; resolves when they have ended. */
  end(uid: string): Promise<void>;
}

/** How a node differs from the usual one. */
export interface KubeletOptions {
  /** From the order to start a container to its running; 150 by default. */
  readonly startMilliseconds?: number;
  /** True where nobody else assigns Pods to this node; the default is false. */
  readonly binds?: boolean;
  /** Without one, no container runs. */
  readonly runtime?: ContainerRuntime;
}

/**
 * A node for every Pod of the API server: starts their containers, restarts those whose image changes, removes Pods that
 * are deleted, and binds Pods where there is no scheduler. It runs nothing but what its runtime does; it reports what a node would.
 */
export class Kubelet {
  /** Everything that went wrong in the background; empty in a good run. */
  readonly problems: string[] = [];
  readonly #client: ApiClient;
  readonly #startMilliseconds: number;
  readonly #binds: boolean;
  readonly #runtime: ContainerRuntime | undefined;
  readonly #stopping = new AbortController();
  readonly #pods = new Map<string, KubeletPod>();
  readonly #states = new Map<string, NodeState>();
  readonly #busy = new Set<string>();
  #loop: Promise<void> = Promise.resolve();

  private constructor(
    client: ApiClient,
    { startMilliseconds = 150, binds = false, runtime }: KubeletOptions,
  ) {
    this.#client = client;
    this.#startMilliseconds = startMilliseconds;
    this.#binds = binds;
    this.#runtime = runtime;
  }

  /** Registers the node and begins. */
  static async start(client: ApiClient, options: KubeletOptions = {}): Promise<Kubelet> {
    const kubelet = new Kubelet(client, options);
    await register(client);
    kubelet.#loop = kubelet.#run();
    return kubelet;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    while (this.#busy.size > 0) await sleep(10);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const list = await this.#client.get("/api/v1/pods");
        if (list.status !== 200) throw new Error(`list pods: ${list.status} ${list.body.message}`);
        this.#pods.clear();
        for (const pod of list.body.items) this.#seen(pod);
        const version: string = list.body.metadata.resourceVersion;
        const path = `/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=${version}`;
        for await (const { type, object } of this.#client.watch(path, signal)) {
          if (type === "ERROR") break;
          if (type === "DELETED") this.#forget(object.metadata.uid);
          else if (type !== "BOOKMARK") this.#seen(object);
        }
      } catch (error) {
        if (!signal.aborted && !isBrokenConnection(error)) this.problems.push(String(error));
      }
      await sleep(200, undefined, { signal }).catch(() => {});
    }
  }

  #seen(pod: KubeletPod): void {
    this.#pods.set(pod.metadata.uid, pod);
    this.#work(pod.metadata.uid).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted && !isBrokenConnection(error)) this.problems.push(String(error));
    });
  }

  #forget(uid: string): void {
    this.#pods.delete(uid);
    this.#states.delete(uid);
    this.#runtime?.end(uid).catch((error: unknown) => this.problems.push(String(error)));
  }

  /** One Pod is worked on by one call at a time, until nothing is left to do for what was last seen of it. */
  async #work(uid: string): Promise<void> {
    if (this.#busy.has(uid)) return;
    this.#busy.add(uid);
    try {
      let pod = this.#pods.get(uid);
      while (pod !== undefined && !this.#stopping.signal.aborted) {
        const again = await this.#advance(pod);
        const latest = this.#pods.get(uid);
        if (!again && latest === pod) return;
        pod = latest;
      }
    } finally {
      this.#busy.delete(uid);
    }
  }

  async #advance(pod: KubeletPod): Promise<boolean> {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (pod.spec.nodeName === undefined) {
      if (!this.#binds) return false;
      const target = { apiVersion: "v1", kind: "Node", name: nodeName };
      const body = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target };
      // 403: the namespace is being removed, and the Pod with it.
      await this.#expect(`${path}/binding`, [201, 403, 404, 409], this.#client.post(`${path}/binding`, body));
      return false;
    }
    if (deletionTimestamp !== undefined) {
      await this.#runtime?.end(uid);
      const body = { gracePeriodSeconds: 0, preconditions: { uid } };
      await this.#expect(path, [200, 404, 409], this.#client.delete(path, body));
      return false;
    }
    const now = new Date().toISOString().replace(/\.\d+Z/, "Z");
    const running = await this.#runtime?.run(pod);
    if (running !== undefined && running.kind !== "running") {
      if (running.kind === "crashed") await this.#reportCrash(pod, running.restarts, now);
      await sleep(this.#startMilliseconds);
      return true;
    }
    const step = nextStep(pod, this.#states.get(uid) ?? new Map(), now);
    this.#states.set(uid, step.state);
    const status = podStatus(pod, step.state, now);
    if (step.changed || gatesDiffer(pod, status)) await this.#report(pod, status);
    if (step.unfinished) await sleep(this.#startMilliseconds);
    return step.unfinished;
  }

  async #reportCrash(pod: KubeletPod, restarts: number, now: string): Promise<void> {
    const { uid } = pod.metadata;
    const known = [...(this.#states.get(uid)?.values() ?? [])];
    if (known.some((container) => container.state === "crashed" && container.restarts === restarts)) return;
    const state = crashed(pod, restarts, now);
    this.#states.set(uid, state);
    await this.#report(pod, podStatus(pod, state, now));
  }

  async #report({ metadata }: KubeletPod, status: Record<string, unknown>): Promise<void> {
    const { name, namespace, uid } = metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    const answer = this.#client.patch(path, "strategic", { metadata: { uid }, status });
    await this.#expect(path, [200, 404, 409], answer);
  }

  async #expect(
    what: string,
    expected: readonly number[],
    call: ReturnType<ApiClient["get"]>,
  ): Promise<void> {
    const { status, body } = await call;
    if (!expected.includes(status)) this.problems.push(`${what}: ${status} ${body?.message ?? ""}`);
  }
}

/** Makes the node, with room for all Pods, and takes away the taint of new nodes, which the node controller would do. */
async function register(client: ApiClient): Promise<void> {
  const room = { cpu: "10k", memory: "10Ti", "ephemeral-storage": "100Ti", pods: "10k" };
  const status = {
    capacity: room,
    allocatable: room,
    conditions: [{ type: "Ready", status: "True", reason: "KubeletReady" }],
  };
  const metadata = { name: nodeName };
  const path = "/api/v1/nodes";
  const made = await client.post(path, { apiVersion: "v1", kind: "Node", metadata, status });
  const { status: code } = await client.patch(`${path}/${nodeName}`, "merge", { spec: { taints: null } });
  if (made.status !== 201 || code !== 200) {
    throw new Error(`node ${nodeName}: expected 201 and 200, got ${made.status} and ${code}`);
  }
}

/** True when the condition Ready that the Pod has is not the one it should have: a readiness gate opened or closed. */
function gatesDiffer(pod: KubeletPod, status: Record<string, unknown>): boolean {
  const ready = (conditions: KubeletPod["status"]): string | undefined =>
    conditions?.conditions?.find(({ type }) => type === "Ready")?.status;
  return ready(pod.status) !== undefined && ready(pod.status) !== ready(status);
}

function isBrokenConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
