import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../control-plane/api-client.ts";
import type { PolicyServerPods } from "./policy-server-pods.ts";

const serverLabel = "kubewarden/policy-server";

/**
 * What kube-proxy is on a node, for the Services of policy servers: connections to a Service's address go to one of its
 * ready Pods. The API server calls webhooks at these addresses.
 */
export class ServiceProxy {
  readonly #client: ApiClient;
  readonly #pods: PolicyServerPods;
  readonly #servers = new Map<string, Server>();
  readonly #sockets = new Set<Socket>();
  readonly #stopping = new AbortController();
  #isInterrupted = false;
  #turn = 0;
  #loop: Promise<void> = Promise.resolve();

  constructor(client: ApiClient, pods: PolicyServerPods) {
    this.#client = client;
    this.#pods = pods;
    this.#loop = this.#run();
  }

  /** Cuts all connections and takes no more until the answer is called. */
  interrupt(): () => void {
    this.#isInterrupted = true;
    for (const socket of this.#sockets) socket.destroy();
    return () => {
      this.#isInterrupted = false;
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    this.interrupt();
    for (const server of this.#servers.values()) server.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const path = `/api/v1/services?labelSelector=${encodeURIComponent(serverLabel)}`;
      const answer = await this.#client.get(path).catch(() => undefined);
      for (const { metadata, spec } of answer?.status === 200 ? answer.body.items : []) {
        for (const { port } of spec.ports) {
          const address = `${spec.clusterIP}:${port}`;
          if (this.#servers.has(address)) continue;
          const server = createServer((socket) => this.#forward(socket, metadata.labels[serverLabel]));
          server.listen(port, spec.clusterIP);
          this.#servers.set(address, server);
        }
      }
      await sleep(200, undefined, { signal }).catch(() => {});
    }
  }

  #forward(socket: Socket, server: string): void {
    const endpoints = this.#pods.endpoints(server);
    const endpoint = endpoints[this.#turn++ % endpoints.length];
    if (endpoint === undefined || this.#isInterrupted) {
      socket.destroy();
      return;
    }
    const target = connect(endpoint);
    const ends: [Socket, Socket][] = [
      [socket, target],
      [target, socket],
    ];
    for (const [from, to] of ends) {
      this.#sockets.add(from);
      from.pipe(to);
      from
        .on("error", () => to.destroy())
        .on("close", () => {
          this.#sockets.delete(from);
          to.destroy();
        });
    }
  }
}
