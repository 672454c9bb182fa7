import { once } from "node:events";
import http from "node:http";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";

/** A request that has come in and waits for its answer. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly response: http.ServerResponse;
  readonly socket: object;
}

/** An HTTP server whose every answer is given by the test, in the order the requests come. */
export class ScriptedServer {
  readonly #server: http.Server;
  readonly #arrivals: Arrival[] = [];
  readonly #waiting: ((arrival: Arrival) => void)[] = [];

  private constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://server");
        this.#arrive({
          method: request.method ?? "",
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
          response,
          socket: request.socket,
        });
      });
    });
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get access() {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return directAccess(`http://127.0.0.1:${address.port}`, "secret");
  }

  /** The next request, once it has come in whole. */
  next(): Promise<Arrival> {
    const arrival = this.#arrivals.shift();
    if (arrival !== undefined) return Promise.resolve(arrival);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Requests that nobody has asked `next` for. */
  get unasked(): number {
    return this.#arrivals.length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #arrive(arrival: Arrival): void {
    const take = this.#waiting.shift();
    if (take === undefined) this.#arrivals.push(arrival);
    else take(arrival);
  }
}

/** Answers with JSON and ends. */
export function answer(
  { response }: Arrival,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with a metav1.Status. */
export function refuse(
  arrival: Arrival,
  code: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  answer(
    arrival,
    { kind: "Status", status: "Failure", code, reason, message: `${reason} it is` },
    code,
    headers,
  );
}
