import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import type { Clock } from "../runtime/clock.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { ConnectionError } from "./api-error.ts";

/** One HTTP request, before authentication. */
export interface TransportRequest {
  readonly method: string;
  /** Path below the server's own, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
  /** Until the last byte of the answer; for a stream until its headers. */
  readonly timeoutMs: number;
}

/** A complete answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer whose body is still to come; `body` must be read to its end or destroyed. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Readable;
}

/** A way to the API server. */
export interface Exchanges {
  /** Rejects with a `ConnectionError`, or with the signal's reason. */
  fetch(request: TransportRequest): Promise<Answer>;
  /** Resolves when the headers are there. After that only the signal ends the stream from this side. */
  open(request: TransportRequest): Promise<StreamAnswer>;
  /** Closes idle and busy connections. */
  close(): void;
}

const keepAliveMs = 15_000;

/**
 * Requests over kept-alive connections: `sockets` of them shared by all requests, and one for each stream, so that
 * watches never take a place in the pool.
 */
export class Transport implements Exchanges {
  readonly #access: ClusterAccess;
  readonly #clock: Clock;
  readonly #request: typeof http.request;
  readonly #pool: http.Agent;
  readonly #streams: http.Agent;

  constructor(access: ClusterAccess, clock: Clock, sockets: number) {
    this.#access = access;
    this.#clock = clock;
    const secure = access.server.protocol === "https:";
    this.#request = secure ? https.request : http.request;
    const pooled = { keepAlive: true, keepAliveMsecs: keepAliveMs, maxSockets: sockets };
    this.#pool = secure ? new https.Agent({ ...access.tls, ...pooled }) : new http.Agent(pooled);
    this.#streams = secure ? new https.Agent({ ...access.tls }) : new http.Agent();
  }

  async fetch(request: TransportRequest): Promise<Answer> {
    const answer = await this.#exchangeOverLiveConnection(request);
    return answer.status === 401 ? this.#exchange(request, true) : answer;
  }

  async open(request: TransportRequest): Promise<StreamAnswer> {
    const answer = await this.#openOnce(request, false);
    if (answer.status !== 401) return answer;
    answer.body.resume();
    return this.#openOnce(request, true);
  }

  close(): void {
    this.#pool.destroy();
    this.#streams.destroy();
  }

  /** The server may close an idle connection in the moment we choose it; nothing was processed then. */
  async #exchangeOverLiveConnection(request: TransportRequest): Promise<Answer> {
    try {
      return await this.#exchange(request, false);
    } catch (error) {
      const stale = error instanceof ConnectionError && error.code === "ESTALE" && request.method !== "POST";
      if (!stale) throw error;
      return this.#exchange(request, false);
    }
  }

  async #openOnce(request: TransportRequest, refused: boolean): Promise<StreamAnswer> {
    return this.#send(request, this.#streams, await this.#headers(request, refused), (response, done) => {
      response.socket.setKeepAlive(true, keepAliveMs);
      done({ status: response.statusCode ?? 0, headers: response.headers, body: response });
    });
  }

  async #exchange(request: TransportRequest, refused: boolean): Promise<Answer> {
    return this.#send(request, this.#pool, await this.#headers(request, refused), (response, done, fail) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on("error", fail);
    });
  }

  async #headers(request: TransportRequest, refused: boolean): Promise<Record<string, string>> {
    const length = request.body === undefined ? {} : { "content-length": String(request.body.length) };
    return { ...request.headers, ...length, ...(await this.#access.authorization(refused)) };
  }

  #send<T>(
    request: TransportRequest,
    agent: http.Agent,
    headers: Record<string, string>,
    receive: (response: http.IncomingMessage, done: (value: T) => void, fail: (error: Error) => void) => void,
  ): Promise<T> {
    const { method, path, signal, body } = request;
    const { server } = this.#access;
    return new Promise<T>((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const url = new URL(server.pathname.replace(/\/$/, "") + path, server);
      const sent = this.#request(url, { method, agent, headers });
      const abort = (): void => {
        reject(signal.reason);
        sent.destroy();
      };
      const timer = this.#clock.after(request.timeoutMs, () => {
        fail(new ConnectionError(`${method} ${path}: no answer in ${request.timeoutMs} ms`, "ETIMEDOUT"));
        sent.destroy();
      });
      const settle = (): void => timer.cancel();
      const fail = (error: Error): void => {
        settle();
        signal.removeEventListener("abort", abort);
        reject(connectionError(`${method} ${path}`, error, sent.reusedSocket));
      };
      signal.addEventListener("abort", abort, { once: true });
      sent.on("error", fail);
      sent.on("close", () => signal.removeEventListener("abort", abort));
      sent.on("response", (response) => {
        const done = (value: T): void => {
          settle();
          resolve(value);
        };
        receive(response, done, fail);
      });
      sent.end(body);
    });
  }
}

function connectionError(request: string, error: Error, reusedSocket: boolean): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "EUNKNOWN";
  const stale = reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
  return new ConnectionError(`${request}: ${error.message}`, stale ? "ESTALE" : code, { cause: error });
}
