import { IncomingMessage, type OutgoingHttpHeaders, type RequestListener, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { TransportRequest } from "../../../controller/k8s/transport.ts";

/** What a server does with one request, as it happens. */
export interface Receiver {
  headers(status: number, headers: Readonly<Record<string, string>>): void;
  data(chunk: Buffer): void;
  end(): void;
}

/** Hands a request to a server that has no connection to the client. Calling the answer hangs up. */
export function exchange(
  handle: RequestListener,
  { method, path, headers, body }: TransportRequest,
  receiver: Receiver,
): () => void {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  request.url = path;
  request.headers = { ...headers };
  request.push(body ?? null);
  if (body !== undefined) request.push(null);
  const response = new InMemoryResponse(request, receiver);
  handle(request, response);
  return () => void response.destroy();
}

class InMemoryResponse extends ServerResponse {
  readonly #receiver: Receiver;
  #isOver = false;

  constructor(request: IncomingMessage, receiver: Receiver) {
    super(request);
    this.#receiver = receiver;
  }

  override writeHead(status: number, ...rest: readonly unknown[]): this {
    const headers = rest.find((part): part is OutgoingHttpHeaders => typeof part === "object") ?? {};
    super.writeHead(status, headers);
    const all = Object.entries({ ...this.getHeaders(), ...headers });
    this.#receiver.headers(status, Object.fromEntries(all.map(([name, value]) => [name, String(value)])));
    return this;
  }

  override flushHeaders(): void {}

  override write(chunk: unknown): boolean {
    if (!this.#isOver) this.#receiver.data(bytes(chunk));
    return true;
  }

  override end(chunk?: unknown): this {
    if (typeof chunk !== "function" && chunk !== undefined) this.write(chunk);
    this.#close();
    return this;
  }

  override destroy(): this {
    this.#close();
    return this;
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#receiver.end();
    this.emit("close");
  }
}

function bytes(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk);
  throw new TypeError(`expected text or bytes, got ${typeof chunk}`);
}
