import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../control-plane/api-client.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { lastLines, type SupervisedProcess, supervise } from "../control-plane/supervised-process.ts";
import type { ContainerRuntime, ContainerState } from "../kubelet/kubelet.ts";
import { podAddress } from "./loopback-addresses.ts";
import { mount } from "./pod-volumes.ts";

const serverLabel = "kubewarden/policy-server";
const [webhookPort, probePort] = [8443, 8081];
// As the first process of its container, policy-server takes no notice of SIGTERM: it gets no new connections, but those
// that are open it serves until it is killed. 30 s in a cluster.
const terminationMilliseconds = 4000;
/** Doubled with every restart, as a kubelet does from 10 s on. */
const firstBackOffMilliseconds = 1000;

interface Running {
  readonly server: string;
  readonly address: string;
  readonly process: SupervisedProcess;
  readonly restarts: number;
  isReady: boolean;
  /** Once it has ended by itself. */
  startAgainAt?: number;
}

/**
 * Runs policy-servers for the Pods of Kubewarden's Deployments: environment and volumes are the Pod's, the API server
 * is reached as the Pod's ServiceAccount. One that ends is started again with what its volumes hold by then.
 */
export class PolicyServerPods implements ContainerRuntime {
  readonly #crashes: string[] = [];
  readonly #command: readonly string[];
  readonly #plane: ControlPlane;
  readonly #running = new Map<string, Running>();
  readonly #removed = new Set<string>();
  #started = 0;

  constructor(command: readonly string[], plane: ControlPlane) {
    this.#command = command;
    this.#plane = plane;
  }

  /** The end of the log of each process that ended by itself. */
  get crashes(): readonly string[] {
    const unnoticed = [...this.#running.values()].filter(
      ({ process, startAgainAt }) => process.ended() !== null && startAgainAt === undefined,
    );
    return [...this.#crashes, ...unnoticed.map(({ process }) => lastLines(process, 5))];
  }

  /** Forgets them and answers what they were. */
  takeCrashes(): readonly string[] {
    return this.#crashes.splice(0);
  }

  /** How many processes were started so far. */
  get started(): number {
    return this.#started;
  }

  /** Where the ready Pods of a policy server, such as `sidecarset`, take webhook calls. */
  endpoints(server: string): { host: string; port: number }[] {
    return [...this.#running.values()]
      .filter((running) => running.server === server && running.isReady)
      .map(({ address }) => ({ host: address, port: webhookPort }));
  }

  /** The end of the log of each process that runs. */
  log(): string {
    return [...this.#running.values()]
      .map(({ address, process }) => `policy-server at ${address}:\n${lastLines(process)}`)
      .join("\n");
  }

  async run(pod: Answer["body"]): Promise<ContainerState> {
    const server: string | undefined = pod.metadata.labels?.[serverLabel];
    if (server === undefined) return { kind: "running" };
    const running = this.#running.get(pod.metadata.uid);
    if (running === undefined) {
      await this.#start(server, pod, 0);
      return { kind: "starting" };
    }
    if (running.process.ended() !== null) return await this.#startAgain(server, pod, running);
    const probe = `http://${running.address}:${probePort}/readiness`;
    running.isReady ||= await fetch(probe).then(
      ({ ok }) => ok,
      () => false,
    );
    return { kind: running.isReady ? "running" : "starting" };
  }

  async end(uid: string): Promise<void> {
    this.#removed.add(uid);
    const running = this.#running.get(uid);
    this.#running.delete(uid);
    if (running === undefined) return;
    await sleep(terminationMilliseconds);
    await running.process.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ process }) => process.stop()));
  }

  async #startAgain(server: string, pod: Answer["body"], running: Running): Promise<ContainerState> {
    const { restarts } = running;
    if (running.startAgainAt === undefined) {
      this.#crashes.push(`${pod.metadata.name}: ${lastLines(running.process, 5)}`);
      running.startAgainAt = performance.now() + firstBackOffMilliseconds * 2 ** restarts;
      running.isReady = false;
    }
    if (performance.now() < running.startAgainAt) return { kind: "crashed", restarts };
    await this.#start(server, pod, restarts + 1);
    return { kind: "crashed", restarts: restarts + 1 };
  }

  async #start(server: string, pod: Answer["body"], restarts: number): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const folder = join(this.#plane.folder, name);
    const environment = await mount(this.#plane.admin, pod, folder);
    const account = await this.#plane.serviceAccount(namespace, pod.spec.serviceAccountName);
    this.#started += 1;
    const address = podAddress(this.#started);
    const process = supervise("policy-server", this.#command, {
      logFile: join(this.#plane.folder, `${name}.log`),
      env: {
        ...environment,
        PATH: globalThis.process.env["PATH"],
        HOME: folder,
        NO_COLOR: "true",
        RUST_BACKTRACE: "0",
        KUBEWARDEN_BIND_ADDRESS: address,
        KUBECONFIG: this.#plane.writeKubeconfig(name, account),
        // Sigstore's roots are not used, as no policy is verified; let their download fail at once. Not HTTPS_PROXY: the
        // client for Kubernetes refuses that.
        ALL_PROXY: "http://127.0.0.1:9",
        NO_PROXY: "127.0.0.1,localhost",
      },
    });
    if (this.#removed.has(uid)) await process.stop();
    else this.#running.set(uid, { server, address, process, restarts, isReady: false });
  }
}
