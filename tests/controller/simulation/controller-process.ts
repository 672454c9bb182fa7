import type { RequestListener } from "node:http";
import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";
import type { TransportRequest } from "../../../controller/k8s/transport.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { electionTimes } from "../../../controller/runtime/leader-election.ts";
import { startController } from "../../../controller/shell/start-controller.ts";
import { Network } from "./network.ts";

/** Where a process runs, and who looks on. */
export interface ProcessOptions {
  readonly identity: string;
  readonly handle: RequestListener;
  readonly policyModule: PolicyModule;
  readonly revision: () => number;
  readonly onSend: (identity: string, request: TransportRequest) => void;
}

const unlimited = { inFlight: 8, perSecond: 1e6, burst: 1e6 };

/** Longer than a status waits for its time when nothing fails. */
const quietMs = 3_000;

/** One run of the real controller, with a network and a clock that only the simulation moves. */
export class ControllerProcess {
  readonly identity: string;
  readonly network: Network;
  readonly clock: FakeClock;
  /** Set once it has ended by itself: then it must be started anew, as a kubelet would. */
  hasEnded = false;
  /** Nothing of it reaches the server, and nothing reaches it; its time goes on. */
  isCutOff = false;
  /** No request for the Lease reaches the server; everything else does. */
  isLeaseCut = false;
  /** Stopped, as by SIGSTOP: neither time nor answers reach it until it goes on. */
  isFrozen = false;
  /** Revisions that every write under way was planned with at least, by plural. */
  readonly #floor = new Map<string, number>();
  #statusFloor = 0;
  #quiet: { readonly since: number; readonly known: number } | undefined;

  constructor({ identity, handle, policyModule, revision, onSend }: ProcessOptions) {
    this.identity = identity;
    this.clock = new FakeClock(Date.now());
    this.network = new Network({
      handle,
      clock: this.clock,
      revision,
      onSend: (request) => onSend(identity, request),
    });
    const controller = startController({
      access: directAccess("http://simulated.invalid"),
      policyModule,
      clock: this.clock,
      client: { transport: this.network, writeLimits: unlimited },
      election: { namespace: "sidecarset-system", identity, times: electionTimes(15_000) },
      settingsIntervalMs: 1_000,
    });
    controller.finished.catch(() => {
      this.hasEnded = true;
    });
  }

  /** What it may have planned with: what it knows, or knew when its oldest write under way was planned. */
  floor(plural: string): number {
    return this.#floor.get(plural) ?? 0;
  }

  /** What it may have counted: everything that has arrived while it was busy, or in the seconds before. */
  get statusFloor(): number {
    return this.#statusFloor;
  }

  /** To be called after every step: moves the floor up when no write to a Pod is under way. */
  raiseFloor(): void {
    const { network, clock } = this;
    // Reading one Pod is a part of writing it.
    const isWriting = network.calls.some(({ request }) => request.path.includes("/pods/"));
    if (isWriting || network.pausedUntil >= clock.monotonic()) return;
    for (const plural of ["pods", "sidecarsets", "namespaces"])
      this.#floor.set(plural, network.known(plural));
    this.#raiseStatusFloor();
  }

  /** A status may wait for its interval, and a pass for the answers of the one before. */
  #raiseStatusFloor(): void {
    const { network, clock } = this;
    const isQuiet =
      network.calls.every(({ request }) => request.path.includes("/leases")) &&
      network.watches.every(({ frames }) => frames.length === 0);
    if (!isQuiet) this.#quiet = undefined;
    else this.#quiet ??= { since: clock.monotonic(), known: network.known("pods") };
    if (this.#quiet === undefined || clock.monotonic() - this.#quiet.since < quietMs) return;
    this.#statusFloor = this.#quiet.known;
    this.#quiet = undefined;
  }
}
