import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import { ConnectionError } from "../../../controller/k8s/api-error.ts";
import type { Answer, Exchanges, StreamAnswer, TransportRequest } from "../../../controller/k8s/transport.ts";
import type { Clock } from "../../../controller/runtime/clock.ts";
import { exchange } from "./in-memory-exchange.ts";

/** Codes with which a server turns a call away before it has done anything. */
export type Refusal = 409 | 410 | 429 | 500 | 503;

/** What becomes of a call: done and answered, turned away, lost on its way there or back. */
export type Fate = "answered" | "request lost" | "answer lost" | Refusal;

/** An answer on its way; a stream's comes with what is still to come. */
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly revision: number;
  readonly watch?: OpenWatch;
}

/** A request on its way to the server, or its answer on the way back. */
export interface PendingCall {
  readonly request: TransportRequest;
  readonly isStream: boolean;
  /** Present once the server has handled it. */
  reply?: Reply;
  readonly succeed: (reply: Reply) => void;
  readonly fail: (error: Error) => void;
}

/** Bytes of a watch, and the server's revision when it sent them. */
interface Frame {
  readonly bytes: Buffer;
  readonly revision: number;
}

/** A watch of one process with the frames that the server has sent and the process has not received. */
export interface OpenWatch {
  readonly path: string;
  readonly frames: Frame[];
  readonly body: Readable;
  /** The frame that arrived last. */
  last?: Frame;
  /** What follows behind the frames: nothing yet, or the end. */
  ended: boolean;
  hangUp(): void;
}

/** What a network is between. */
export interface NetworkOptions {
  readonly handle: RequestListener;
  /** The process's. */
  readonly clock: Clock;
  /** The server's revision at this moment. */
  readonly revision: () => number;
  /** Told of every request when the process sends it. */
  readonly onSend: (request: TransportRequest) => void;
}

/** What 429 and 503 ask for. */
const pauseSeconds = 2;

/**
 * The way of one controller process to the API server. Nothing moves by itself: requests, answers and frames wait until
 * the simulation lets them go on, in any order between watches and calls, in their own order within one watch.
 */
export class Network implements Exchanges {
  readonly calls: PendingCall[] = [];
  readonly watches: OpenWatch[] = [];
  /** When a pause that a 429 asked for is over, on the process's clock. */
  pausedUntil = 0;
  readonly #options: NetworkOptions;
  readonly #known = new Map<string, number>();
  #isDead = false;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** The server's revision that the process has heard of at least, by plural of the resource; 0 before the first list. */
  known(plural: string): number {
    return this.#known.get(plural) ?? 0;
  }

  async fetch(request: TransportRequest): Promise<Answer> {
    const { status, headers, bytes } = await this.#begin(request, false);
    return { status, headers, body: bytes };
  }

  async open(request: TransportRequest): Promise<StreamAnswer> {
    const { status, headers, bytes, watch } = await this.#begin(request, true);
    return { status, headers, body: watch?.body ?? Readable.from([bytes]) };
  }

  close(): void {
    this.kill();
  }

  /** The process is gone: nothing that it sent and nobody handled arrives, nothing reaches it any more. */
  kill(): void {
    this.#isDead = true;
    this.calls.splice(0);
    for (const watch of this.watches.splice(0)) watch.hangUp();
  }

  /** Lets the server have a call. Its answer then waits, unless it is lost. */
  serve(call: PendingCall, isAnswerLost = false): void {
    if (call.reply === undefined) this.#handle(call, isAnswerLost);
  }

  /** Lets a call come to nothing: lost on its way, or answered with an error before the server did anything. */
  refuse(call: PendingCall, fate: "request lost" | Refusal): void {
    if (call.reply !== undefined) return;
    if (fate === "request lost") this.#drop(call, "ECONNRESET");
    else this.#refuse(call, fate);
  }

  /** Lets the answer to a call arrive, if the server has given it. */
  deliverAnswer(call: PendingCall): void {
    if (call.reply === undefined) return;
    this.#remove(call);
    if (call.reply.watch !== undefined) this.watches.push(call.reply.watch);
    else if (call.request.method === "GET" && call.reply.status === 200) {
      this.#learn(call.request.path, call.reply.revision);
    }
    call.succeed(call.reply);
  }

  /** Lets so many frames of a watch arrive, and its end behind the last one. */
  deliverFrames(watch: OpenWatch, count: number): void {
    for (const frame of watch.frames.splice(0, count)) {
      watch.body.push(frame.bytes);
      watch.last = frame;
      this.#learn(watch.path, frame.revision);
    }
    if (watch.frames.length > 0 || !watch.ended) return;
    watch.body.push(null);
    this.#forget(watch);
  }

  /** Lets the frame that arrived last arrive once more. */
  repeatFrame({ body, last }: OpenWatch): void {
    if (last !== undefined) body.push(last.bytes);
  }

  /** Breaks the connection of a watch; frames on their way are lost. */
  cut(watch: OpenWatch): void {
    this.#forget(watch);
    watch.hangUp();
    watch.body.destroy(new ConnectionError(`${watch.path}: aborted`, "ECONNRESET"));
  }

  /** Breaks all connections, as an API server that stops does. */
  cutAll(): void {
    for (const watch of this.watches.slice()) this.cut(watch);
    for (const call of this.calls.slice()) {
      call.reply?.watch?.hangUp();
      this.#drop(call, "ECONNRESET");
    }
  }

  #begin(request: TransportRequest, isStream: boolean): Promise<Reply> {
    const { signal, timeoutMs } = request;
    return new Promise((resolve, reject) => {
      // A process that was killed waits for ever.
      if (this.#isDead) return;
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = (): void => call.fail(signal.reason);
      const settle = (): void => {
        timer.cancel();
        signal.removeEventListener("abort", abort);
        this.#remove(call);
      };
      const call: PendingCall = {
        request,
        isStream,
        succeed(reply) {
          settle();
          resolve(reply);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      const timer = this.#options.clock.after(timeoutMs, () => this.#drop(call, "ETIMEDOUT"));
      signal.addEventListener("abort", abort, { once: true });
      this.#options.onSend(request);
      this.calls.push(call);
    });
  }

  #handle(call: PendingCall, isAnswerLost: boolean): void {
    const chunks: Buffer[] = [];
    let head: Pick<Reply, "status" | "headers"> = { status: 0, headers: {} };
    let watch: OpenWatch | undefined;
    const hangUp = exchange(this.#options.handle, call.request, {
      headers: (status, headers) => {
        head = { status, headers };
        if (!call.isStream || status !== 200) return;
        watch = openWatch(call, () => hangUp());
        call.request.signal.addEventListener("abort", () => this.#abort(watch, call.request.signal));
        call.reply = { ...head, bytes: Buffer.of(), revision: this.#options.revision(), watch };
      },
      data: (chunk) => {
        if (watch === undefined) chunks.push(chunk);
        else watch.frames.push({ bytes: chunk, revision: this.#options.revision() });
      },
      end: () => {
        if (watch !== undefined) watch.ended = true;
        else if (isAnswerLost) this.#drop(call, "ECONNRESET");
        else {
          call.reply = { ...head, bytes: Buffer.concat(chunks), revision: this.#options.revision() };
        }
      },
    });
  }

  #abort(watch: OpenWatch | undefined, signal: AbortSignal): void {
    if (watch === undefined) return;
    this.#forget(watch);
    watch.hangUp();
    watch.body.destroy(signal.reason);
  }

  #refuse(call: PendingCall, code: Refusal): void {
    const status = { kind: "Status", apiVersion: "v1", status: "Failure", message: "simulated", code };
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (code === 429 || code === 503) {
      headers["retry-after"] = String(pauseSeconds);
      this.pausedUntil = this.#options.clock.monotonic() + pauseSeconds * 1000;
    }
    const bytes = Buffer.from(JSON.stringify(status));
    call.reply = { status: code, headers, bytes, revision: 0 };
  }

  #drop(call: PendingCall, code: string): void {
    if (!this.calls.includes(call)) return;
    const { method, path } = call.request;
    call.fail(new ConnectionError(`${method} ${path}: ${code}`, code));
  }

  #learn(path: string, revision: number): void {
    const plural = /\/([a-z]+)\?/.exec(path)?.[1] ?? "";
    this.#known.set(plural, Math.max(this.known(plural), revision));
  }

  #remove(call: PendingCall): void {
    const index = this.calls.indexOf(call);
    if (index >= 0) this.calls.splice(index, 1);
  }

  #forget(watch: OpenWatch): void {
    const index = this.watches.indexOf(watch);
    if (index >= 0) this.watches.splice(index, 1);
  }
}

function openWatch(call: PendingCall, hangUp: () => void): OpenWatch {
  const body = new Readable({ read: () => {} });
  // Whoever reads it is told; that nobody does yet is no failure.
  body.on("error", () => {});
  return { path: call.request.path, frames: [], body, ended: false, hangUp };
}
