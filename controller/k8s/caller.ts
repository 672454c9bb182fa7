import { type Clock, sleep } from "../runtime/clock.ts";
import { type ApiError, apiErrorFrom, WriteWithheld } from "./api-error.ts";
import { protobufStatus } from "./codec/protobuf-decoder.ts";
import type { Answer, Exchanges, StreamAnswer, TransportRequest } from "./transport.ts";

/** What one request came to, for metrics. */
export interface RequestOutcome {
  readonly method: string;
  /** Host and port of the server. */
  readonly host: string;
  /** Plural of the resource, with the subresource: `sidecarsets/status`. */
  readonly resource: string;
  /** HTTP status, or "<error>" when no answer came. */
  readonly code: string;
  readonly durationMs: number;
}

/** One call of the API, before it is a request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly resource: string;
  readonly accept: string;
  readonly contentType?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly urgent?: boolean;
}

/** Settings of a `Caller`. */
export interface CallerOptions {
  readonly transport: Pick<Exchanges, "fetch" | "open">;
  readonly clock: Clock;
  readonly host: string;
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly observe: (outcome: RequestOutcome) => void;
  /** Asked before every try of a write that is not urgent. */
  readonly mayWrite: () => boolean;
}

/** Tries of a request that the server turned away with 429, or 503 and a Retry-After. */
const maxTries = 4;

/** For calls that nobody can abort. */
export const never = new AbortController().signal;

/** Makes requests of calls, waits when the server asks for a pause, and reports every request. */
export class Caller {
  readonly #options: CallerOptions;
  /** On the monotonic clock. */
  #pausedUntil = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Resolves with an answer of status 2xx. */
  async call(call: Call): Promise<Answer> {
    const request = this.#requestOf(call);
    for (let tries = 1; ; tries += 1) {
      if (call.urgent !== true) await this.#pause(request.signal);
      if (call.method !== "GET" && call.urgent !== true && !this.#options.mayWrite()) {
        throw new WriteWithheld(`${call.method} ${call.path.split("?", 1)[0]}: not sent, writing is over`);
      }
      const answer = await this.#observed(call, () => this.#options.transport.fetch(request));
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = this.#refusal(call, answer);
      if (!asksForPause(error) || call.urgent === true || tries === maxTries) throw error;
    }
  }

  /** Resolves with an answer of status 200 whose body is still to come. Tries once. */
  async stream(call: Call): Promise<StreamAnswer> {
    const request = this.#requestOf(call);
    await this.#pause(request.signal);
    const answer = await this.#observed(call, () => this.#options.transport.open(request));
    if (answer.status === 200) return answer;
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    throw this.#refusal(call, { ...answer, body: Buffer.concat(chunks) });
  }

  #requestOf({ method, path, accept, contentType, body, signal = never }: Call): TransportRequest {
    const { timeoutMs, userAgent } = this.#options;
    return {
      method,
      path,
      signal,
      timeoutMs,
      headers: {
        accept,
        "user-agent": userAgent,
        ...(contentType !== undefined && { "content-type": contentType }),
      },
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    };
  }

  async #observed<T extends { readonly status: number }>(call: Call, send: () => Promise<T>): Promise<T> {
    const { clock, host, observe } = this.#options;
    const { method, resource } = call;
    const start = clock.monotonic();
    const report = (code: string): void =>
      observe({ method, host, resource, code, durationMs: clock.monotonic() - start });
    try {
      const answer = await send();
      report(String(answer.status));
      return answer;
    } catch (error) {
      report("<error>");
      throw error;
    }
  }

  #refusal(call: Call, answer: Answer): ApiError {
    const request = `${call.method} ${call.path.split("?", 1)[0]}`;
    const isProtobuf =
      answer.headers["content-type"]?.startsWith("application/vnd.kubernetes.protobuf") === true;
    const body = isProtobuf ? Buffer.from(JSON.stringify(protobufStatus(answer.body))) : answer.body;
    const error = apiErrorFrom(request, answer.status, answer.headers, body);
    if (asksForPause(error)) {
      const until = this.#options.clock.monotonic() + (error.retryAfterSeconds ?? 0) * 1000;
      this.#pausedUntil = Math.max(this.#pausedUntil, until);
    }
    return error;
  }

  /** Waits as long as the server asked for, which may grow while waiting. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const left = (): number => this.#pausedUntil - clock.monotonic();
    for (let waitMs = left(); waitMs > 0; waitMs = left()) await sleep(clock, waitMs, signal);
  }
}

function asksForPause({ status, retryAfterSeconds }: ApiError): boolean {
  return retryAfterSeconds !== undefined && (status === 429 || status === 503);
}
