/**
 * An API server with a fleet of Pods, for measuring a controller: run by scale.ts as a process of its own, which tells it
 * through messages what should happen. It speaks TLS. Nothing is validated and nothing is admitted.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { claimed } from "./fleet/claimed.ts";
import { Fleet, type FleetOptions } from "./fleet/fleet.ts";
import { readCall } from "./fleet/http-call.ts";
import { type JsonObject, JsonObjects } from "./fleet/json-objects.ts";
import { installPolicy } from "./fleet/kubewarden.ts";
import { ObjectsEndpoint } from "./fleet/objects-endpoint.ts";
import { PodsEndpoint } from "./fleet/pods-endpoint.ts";
import { Revisions } from "./fleet/revisions.ts";
import { Tally, type TallyCounts } from "./fleet/tally.ts";

/** What a server starts with. */
export interface StreamServerOptions {
  readonly fleet: FleetOptions;
  readonly protobuf: boolean;
  readonly streamsLists: boolean;
  readonly policy: string;
  /** PEM. */
  readonly certificate: { readonly key: string; readonly certificate: string };
  readonly sidecarSets: readonly JsonObject[];
}

/** What a server can be told to do; it answers each with a `Reply` when that is done. */
export type Command =
  | { readonly kind: "start"; readonly options: StreamServerOptions }
  /** Status writes that change nothing relevant, or readiness that goes and then comes again, on one Pod after another. */
  | { readonly kind: "beat" | "flip"; readonly events: number; readonly perSecond: number }
  /** Makes Pods outdated, 20 a second, and times the patch of each. */
  | { readonly kind: "probe"; readonly probes: number }
  | { readonly kind: "set-image"; readonly set: string; readonly image: string }
  | { readonly kind: "set-status"; readonly set: string }
  | { readonly kind: "counts" | "reset" };

/** Members that a command's answer has. */
export interface Reply {
  readonly url?: string;
  readonly latenciesMs?: readonly number[];
  readonly object?: JsonObject;
  readonly counts?: TallyCounts;
}

const sidecarSets = "/apis/apps.kruise.io/v1beta1/sidecarsets";

class StreamServer {
  readonly #revisions = new Revisions();
  readonly #objects = new JsonObjects(this.#revisions);
  readonly #tally = new Tally();
  readonly #fleet: Fleet;
  readonly #pods: PodsEndpoint;
  readonly #options: StreamServerOptions;

  constructor(options: StreamServerOptions) {
    this.#options = options;
    const { fleet, protobuf, streamsLists, policy, sidecarSets: sets } = options;
    this.#fleet = new Fleet(fleet, this.#revisions);
    const onPatch = this.#tally.patch;
    this.#pods = new PodsEndpoint(this.#fleet, this.#revisions, { protobuf, streamsLists, onPatch });
    for (let index = 0; index < 40; index += 1) {
      this.#objects.create("/api/v1/namespaces", { kind: "Namespace", metadata: { name: `team-${index}` } });
    }
    installPolicy(this.#objects, policy);
    for (const set of sets) this.#objects.create(sidecarSets, set);
  }

  /** Resolves with the base URL. */
  async listen(): Promise<string> {
    const objects = new ObjectsEndpoint(this.#objects, this.#revisions);
    const { key, certificate: cert } = this.#options.certificate;
    const server = createServer({ key, cert }, (request, response) => {
      this.#handle(request, response, objects).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return `https://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  async perform(command: Command): Promise<Reply> {
    switch (command.kind) {
      case "start":
        return { url: await this.listen() };
      case "probe":
        return { latenciesMs: await this.#probe(command.probes) };
      case "set-status":
        return { object: this.#set(command.set) };
      case "counts":
        return { counts: this.#tally.counts() };
      case "beat":
        await this.#emit(command, (index) => this.#fleet.beat(index));
        break;
      case "flip":
        await this.#emit(command, (index) => this.#fleet.flip(index));
        break;
      case "set-image":
        this.#setImage(command.set, command.image);
        break;
      case "reset":
        this.#tally.reset();
        break;
    }
    return {};
  }

  async #handle(request: IncomingMessage, response: ServerResponse, objects: ObjectsEndpoint): Promise<void> {
    const call = await readCall(request, response);
    if (call === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { method, collection, subresource } = call;
    this.#tally.request(method, subresource === "" ? collection : `${collection}/${subresource}`);
    if (collection === "/api/v1/pods") await this.#pods.handle(call);
    else objects.handle(call);
  }

  async #emit(
    { events, perSecond }: { readonly events: number; readonly perSecond: number },
    act: (index: number) => void,
  ): Promise<void> {
    const start = performance.now();
    for (let sent = 0; sent < events; ) {
      const due = Math.min(events, Math.ceil(((performance.now() - start) / 1000) * perSecond));
      for (; sent < due; sent += 1) act(((sent % (events / 2)) * 7) % this.#fleet.size);
      await sleep(5);
    }
  }

  async #probe(probes: number): Promise<readonly number[]> {
    const latencies: Promise<number>[] = [];
    for (let probe = 0; probe < probes; probe += 1) {
      const index = Math.floor((probe / probes) * this.#fleet.size);
      const start = performance.now();
      latencies.push(this.#tally.nextPatch(index).then((patched) => patched - start));
      this.#fleet.makeOutdated(index);
      await sleep(50);
    }
    return Promise.all(latencies);
  }

  #set(name: string): JsonObject {
    const set = this.#objects.get(sidecarSets, name);
    if (set === undefined) throw new Error(`SidecarSet ${name}: expected it to be there`);
    return set;
  }

  #setImage(name: string, image: string): void {
    const before = this.#set(name);
    const { containers, ...spec } = claimed<{ readonly containers: readonly [object] }>(before["spec"]);
    this.#objects.replace(sidecarSets, before, {
      ...before,
      spec: { ...spec, containers: [{ ...containers[0], image }] },
    });
  }
}

let server: StreamServer | undefined;
process.on("message", (command: Command) => {
  if (command.kind === "start") server = new StreamServer(command.options);
  server?.perform(command).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
