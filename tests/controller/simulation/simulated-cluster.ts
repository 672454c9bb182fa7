import { mock } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PolicyModule } from "@kubewarden/as-sdk/host";
import type { TransportRequest } from "../../../controller/k8s/transport.ts";
import { StatusError } from "../../../sandbox/api/status-error.ts";
import { startProjectSandbox } from "../../../sandbox/project.ts";
import type { Sandbox } from "../../../sandbox/sandbox.ts";
import type { KubeObject } from "../../../sandbox/store/object.ts";
import { ControllerProcess } from "./controller-process.ts";
import { apiSet } from "./naive-view.ts";
import type { PendingCall } from "./network.ts";
import { newPod, newSet, patchOf, pods, setName, sidecarSets } from "./objects.ts";
import type { Edit, Step } from "./steps.ts";

const namespaces = { apiVersion: "v1", kind: "Namespace" };
const mostPods = 9;
/** Until another replica leads for certain. */
const longerThanALeaseMs = 25_000;
const replicas = 2;
/** Rounds of requests and answers after which the network has to be quiet. */
const mostRounds = 1_000;

/** Who looks on. */
export interface Onlooker {
  /** A process sends a request. */
  sent(process: string, request: TransportRequest): void;
  /** The server handles a request of a process from now on, until it is undefined. */
  serving(process: ControllerProcess | undefined): void;
}

/**
 * The sandbox with two replicas of the real controller, whose time and networks only steps move. Between two steps
 * everything has happened that can happen by itself.
 */
export class SimulatedCluster {
  readonly sandbox: Sandbox;
  readonly processes: ControllerProcess[] = [];
  /** How many more times a process is killed as soon as the server has handled a write of it. */
  killsAfterWrites = 0;
  readonly #module: PolicyModule;
  readonly #onlooker: Onlooker;
  #started = 0;
  #created = 0;

  private constructor(sandbox: Sandbox, module: PolicyModule, onlooker: Onlooker) {
    this.sandbox = sandbox;
    this.#module = module;
    this.#onlooker = onlooker;
  }

  /** Timers and dates have to be those of `node:test`'s mock: the sandbox goes by them. */
  static async start(module: PolicyModule, look: (sandbox: Sandbox) => Onlooker): Promise<SimulatedCluster> {
    const kubelet = {
      bindMs: 1,
      startMs: 100,
      restartMs: 200,
      readyMs: 50,
      crashMs: 10_000,
      pullRetryMs: 30_000,
      stopMs: 100,
    };
    const sandbox = await startProjectSandbox({ kubelet: { ...kubelet, events: false }, bookmarkMs: 30_000 });
    const cluster = new SimulatedCluster(sandbox, module, look(sandbox));
    for (let replica = 0; replica < replicas; replica++) cluster.processes.push(cluster.#startProcess());
    await settle();
    return cluster;
  }

  async stop(): Promise<void> {
    for (const { network } of this.processes) network.kill();
    await this.sandbox.close();
  }

  pods(): readonly KubeObject[] {
    return this.sandbox.store.list("pods");
  }

  async take(step: Step): Promise<void> {
    await this.#act(step);
    await settle();
    this.#after();
  }

  /** Lets everything that is on its way arrive, until nothing is. */
  async flow(): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      let isQuiet = true;
      for (const process of this.processes.filter(({ isCutOff, isFrozen }) => !isCutOff && !isFrozen)) {
        const { network } = process;
        for (const call of network.calls.slice()) {
          if (!network.calls.includes(call) || isHeldBack(process, call)) continue;
          isQuiet = false;
          await this.#serve(process, call, false);
          network.deliverAnswer(call);
        }
        for (const watch of network.watches.slice()) {
          isQuiet &&= watch.frames.length === 0 && !watch.ended;
          network.deliverFrames(watch, Number.POSITIVE_INFINITY);
        }
      }
      if (isQuiet) return;
      await settle();
      this.#after();
    }
    throw new Error(`the network is not quiet after ${mostRounds} rounds: the controller never rests`);
  }

  /** Lets time pass, from timer to timer; when `flowing`, everything arrives at once meanwhile. */
  async pass(ms: number, flowing: boolean): Promise<void> {
    let leftMs = ms;
    while (leftMs > 0) {
      const awake = this.processes.filter(({ isFrozen }) => !isFrozen);
      const timers = awake.map(({ clock }) => clock.delays[0] ?? leftMs);
      const stepMs = Math.min(leftMs, 1_000, Math.max(1, Math.ceil(Math.min(...timers))));
      leftMs -= stepMs;
      mock.timers.tick(stepMs);
      for (const { clock } of awake) clock.advance(stepMs);
      await settle();
      this.#after();
      if (flowing) await this.flow();
    }
  }

  #startProcess(): ControllerProcess {
    const { handle, store } = this.sandbox;
    return new ControllerProcess({
      identity: `process-${this.#started++}`,
      handle,
      policyModule: this.#module,
      revision: () => store.revision,
      onSend: (identity, request) => this.#onlooker.sent(identity, request),
    });
  }

  /** What a kubelet does for the controller's Pod, and what is known between two moves. */
  #after(): void {
    for (const process of this.processes.slice()) {
      if (process.hasEnded) this.#kill(process);
      else process.raiseFloor();
    }
  }

  #kill(process: ControllerProcess): void {
    process.network.kill();
    this.processes[this.processes.indexOf(process)] = this.#startProcess();
  }

  async #serve(process: ControllerProcess, call: PendingCall, isAnswerLost: boolean): Promise<void> {
    this.#onlooker.serving(process);
    process.network.serve(call, isAnswerLost);
    await settle();
    this.#onlooker.serving(undefined);
    const { method, path } = call.request;
    if (this.killsAfterWrites === 0 || method === "GET" || path.includes("/leases")) return;
    this.killsAfterWrites -= 1;
    if (this.processes.includes(process)) this.#kill(process);
  }

  async #act(step: Step): Promise<void> {
    if (step.kind === "flow") await this.flow();
    else if (step.kind === "pass") await this.pass(step.ms, step.ms > 5_000);
    else if ("process" in step) await this.#disturb(step);
    else this.#change(step);
  }

  /** What users do, and what befalls the server as a whole. A server that refuses does no harm. */
  #change(step: Exclude<Step, { readonly process: number } | { readonly kind: "flow" | "pass" }>): void {
    const { client, kubelet, watches, store, lists } = this.sandbox;
    const named = (index: number) => ({ ...pods, name: pick(this.pods(), index)?.metadata.name ?? "none" });
    try {
      switch (step.kind) {
        case "create-set":
          client.create(newSet(step.set));
          break;
        case "delete-set":
          client.delete({ ...sidecarSets, name: setName(step.set) });
          break;
        case "edit-set":
          this.#editSet(step.set, step.edit);
          break;
        case "label-namespace":
          client.patch({ ...namespaces, name: pods.namespace }, "merge", {
            metadata: { labels: { tier: step.tier } },
          });
          break;
        case "create-pod":
          if (this.pods().length < mostPods) client.create(newPod(`pod-${this.#created++}`, step));
          break;
        case "delete-pod":
          client.delete(named(step.pod));
          break;
        case "relabel-pod":
          client.patch(named(step.pod), "merge", { metadata: { labels: { app: step.app } } });
          break;
        case "crash":
          if (this.pods().length > 0) kubelet?.crash("default", named(step.pod).name, "app");
          break;
        case "silence-watches":
          watches.silence();
          break;
        case "restart-server":
          for (const { network } of this.processes) network.cutAll();
          store.compact();
          lists.expire();
          break;
        case "compact":
          store.compact();
          lists.expire();
      }
    } catch (error) {
      if (!(error instanceof StatusError) && !isUnstarted(error)) throw error;
    }
  }

  #editSet(index: number, edit: Edit): void {
    const reference = { ...sidecarSets, name: setName(index) };
    const { client } = this.sandbox;
    client.patch(reference, "json", patchOf(edit, apiSet(client.get(reference))));
  }

  /**
   * Stops a process until the other one leads, and edits a set. When it goes on it hears of that before its timers tell
   * it how long it was away.
   */
  async #freeze(
    process: ControllerProcess,
    { set, edit }: { readonly set: number; readonly edit: Edit },
  ): Promise<void> {
    await this.flow();
    if (!this.processes.includes(process)) return;
    process.isFrozen = true;
    await this.pass(longerThanALeaseMs, true);
    this.#change({ kind: "edit-set", set, edit });
    process.clock.jump(longerThanALeaseMs);
    for (const watch of process.network.watches.slice()) {
      process.network.deliverFrames(watch, Number.POSITIVE_INFINITY);
    }
    await settle();
    process.isFrozen = false;
  }

  async #disturb(step: Extract<Step, { readonly process: number }>): Promise<void> {
    const process = this.processes[step.process];
    if (process === undefined) return;
    const { network } = process;
    switch (step.kind) {
      case "kill":
        this.#kill(process);
        break;
      case "cut-off":
        process.isCutOff = true;
        await this.pass(longerThanALeaseMs, true);
        process.isCutOff = false;
        break;
      case "cut-lease":
        process.isLeaseCut = true;
        await this.pass(longerThanALeaseMs, true);
        process.isLeaseCut = false;
        break;
      case "freeze":
        await this.#freeze(process, step);
        break;
      case "serve":
      case "answer": {
        const call = pick(network.calls, step.call);
        if (call === undefined || isHeldBack(process, call)) break;
        if (step.kind === "answer") network.deliverAnswer(call);
        else if (step.fate === "answered") await this.#serve(process, call, false);
        else if (step.fate === "answer lost") await this.#serve(process, call, true);
        else network.refuse(call, step.fate);
        break;
      }
      case "deliver":
      case "repeat-frame":
      case "cut-watch":
      case "end-watch": {
        const watch = pick(network.watches, step.watch);
        if (watch === undefined) break;
        if (step.kind === "deliver") network.deliverFrames(watch, step.frames);
        else if (step.kind === "repeat-frame") network.repeatFrame(watch);
        else if (step.kind === "cut-watch") network.cut(watch);
        else watch.hangUp();
      }
    }
  }
}

/** The Lease cannot be reached while everything else can. */
function isHeldBack({ isLeaseCut }: ControllerProcess, { request }: PendingCall): boolean {
  return isLeaseCut && request.path.includes("/leases");
}

/** A list is turned over to the next turn of the event loop between its pages. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}

function pick<T>(from: readonly T[], index: number): T | undefined {
  return from[index % Math.max(1, from.length)];
}

/** The kubelet cannot crash what it has not started. */
function isUnstarted(error: unknown): boolean {
  return error instanceof Error && error.message.includes("no container");
}
