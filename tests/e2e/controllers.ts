import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./control-plane/api-client.ts";
import { lastLines, type SupervisedProcess, supervise } from "./control-plane/supervised-process.ts";

const main = join(import.meta.dirname, "../../controller/main.ts");
const lease = "/apis/coordination.k8s.io/v1/namespaces/sidecarset-system/leases/sidecarset-controller";

// A settings interval of a minute, as in production, would make every case wait for the one before it.
const flags = ["--settings-interval", "500ms", "--metrics-port", "0", "--health-port", "0"];
const election = ["--leader-elect", "--lease-duration", "10s"];

/** Two replicas of the controller as processes of their own, as the Deployment runs them. */
export class Controllers {
  readonly #command: readonly string[];
  readonly #folder: string;
  readonly #admin: ApiClient;
  readonly #replicas: SupervisedProcess[];
  readonly #watching: NodeJS.Timeout;
  #started = 0;

  constructor(options: {
    readonly kubeconfig: string;
    readonly policyFile: string;
    /** For the logs. */
    readonly folder: string;
    readonly admin: ApiClient;
  }) {
    const { kubeconfig, policyFile, folder, admin } = options;
    const where = ["--kubeconfig", kubeconfig, "--policy-module", policyFile];
    this.#command = [process.execPath, main, ...where, ...flags, ...election];
    this.#folder = folder;
    this.#admin = admin;
    this.#replicas = [this.#start(), this.#start()];
    this.#watching = setInterval(() => this.#restartLosers(), 500);
  }

  /** What ended by itself, but for the loss of a Lease. */
  problems(): readonly string[] {
    return this.#replicas
      .map((replica) => ({ replica, code: replica.ended() }))
      .filter(({ code }) => code !== null)
      .map(({ replica, code }) => `${replica.name}: ended with ${code}`);
  }

  /** The end of the logs. */
  log(): string {
    return this.#replicas.map((replica) => `${replica.name}:\n${lastLines(replica, 30)}`).join("\n");
  }

  /** Kills the replica that holds the Lease and starts another in its place. Answers the identity of the dead one. */
  async killLeader(): Promise<string> {
    for (;;) {
      const { body } = await this.#admin.get(lease);
      const holder: string = body.spec?.holderIdentity ?? "";
      const index = this.#replicas.findIndex(
        ({ logFile }) => holder !== "" && readFileSync(logFile, "utf8").includes(holder),
      );
      const leader = this.#replicas[index];
      if (leader !== undefined) {
        await leader.kill();
        this.#replicas[index] = this.#start();
        return holder;
      }
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#watching);
    await Promise.all(this.#replicas.map((replica) => replica.stop()));
  }

  /** A replica that lost its Lease ends, as it does while the API server is away, and is started again by its Deployment. */
  #restartLosers(): void {
    for (const [index, replica] of this.#replicas.entries()) {
      if (replica.ended() !== 1 || !lastLines(replica).includes("LeaseLost")) continue;
      this.#replicas[index] = this.#start();
    }
  }

  #start(): SupervisedProcess {
    const name = `controller-${this.#started++}`;
    return supervise(name, this.#command, { logFile: join(this.#folder, `${name}.log`) });
  }
}
