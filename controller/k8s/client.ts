import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import { ApiError, apiErrorFrom } from "./api-error.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { type ObjectAddress, type ResourceType, resourcePath } from "./resource.ts";
import { type Answer, type StreamAnswer, Transport } from "./transport.ts";
import { defaultWriteLimits, WriteGate, type WriteLimits } from "./write-limits.ts";

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

/** Settings of an `ApiClient`; all have defaults. */
export interface ApiClientOptions {
  readonly clock?: Clock;
  readonly writeLimits?: WriteLimits;
  /** Connections shared by all requests but watches. */
  readonly sockets?: number;
  /** For a whole request, without the time it waited for its turn. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /** Sent with every write, so that managedFields name it. */
  readonly fieldManager?: string;
  readonly observe?: (outcome: RequestOutcome) => void;
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Goes at once, past the write limits and a server's Retry-After: for lease renewal only. */
  readonly urgent?: boolean;
}

/** Options of calls that write. */
export interface WriteOptions extends CallOptions {
  /** Asks for the object's metadata alone in answer; a server that cannot do it sends the whole object. */
  readonly metadataOnly?: boolean;
}

/** How a patch body is to be understood. Apply takes ownership by force under the client's field manager. */
export type PatchKind = "strategic-merge" | "merge" | "json-patch" | "apply";

const patchTypes: Readonly<Record<PatchKind, string>> = {
  "strategic-merge": "application/strategic-merge-patch+json",
  merge: "application/merge-patch+json",
  "json-patch": "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

const metadataType = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json";

/** Tries of a request that the server turned away with 429, or 503 and a Retry-After. */
const maxTries = 4;

const never = new AbortController().signal;

interface Call extends WriteOptions {
  readonly method: string;
  readonly path: string;
  readonly resource: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

/**
 * The API server's verbs. Every call rejects with an `ApiError` (the server said no), a `ConnectionError` (nothing
 * heard) or the reason of its signal. A server that asks for a pause holds back all calls of the client.
 */
export class ApiClient {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #writes: WriteGate;
  readonly #options: Required<Omit<ApiClientOptions, "clock" | "writeLimits" | "sockets">>;
  readonly #host: string;
  /** On the monotonic clock. */
  #pausedUntil = 0;

  constructor(access: ClusterAccess, options: ApiClientOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#transport = new Transport(access, this.#clock, options.sockets ?? 8);
    this.#writes = new WriteGate(this.#clock, options.writeLimits ?? defaultWriteLimits);
    this.#host = access.server.host;
    this.#options = {
      timeoutMs: options.timeoutMs ?? 30_000,
      userAgent: options.userAgent ?? "sidecarset-controller",
      fieldManager: options.fieldManager ?? "sidecarset-controller",
      observe: options.observe ?? (() => {}),
    };
  }

  get(type: ResourceType, address: ObjectAddress, options: CallOptions = {}): Promise<JsonObject> {
    return this.#json({ ...options, ...readOf(type, address) });
  }

  /** One answer with all objects, for small collections; a reflector pages. `query` such as `labelSelector`. */
  async list(
    type: ResourceType,
    query: Readonly<Record<string, string>> = {},
    options: CallOptions & ObjectAddress = {},
  ): Promise<readonly JsonObject[]> {
    const read = readOf(type, options);
    const list = await this.#json({ ...options, ...read, path: withQuery(read.path, query) });
    return Array.isArray(list["items"]) ? list["items"].filter(isJsonObject) : [];
  }

  create(
    type: ResourceType,
    address: ObjectAddress,
    object: unknown,
    options: WriteOptions = {},
  ): Promise<JsonObject> {
    return this.#write("POST", type, address, { ...options, body: object });
  }

  /** PUT: the object must carry the resourceVersion it was read at, else the server overwrites blindly. */
  replace(
    type: ResourceType,
    address: ObjectAddress,
    object: unknown,
    options: WriteOptions = {},
  ): Promise<JsonObject> {
    return this.#write("PUT", type, address, { ...options, body: object });
  }

  /** `metadata.uid` in a strategic-merge or merge patch is a precondition: 409 or 422 when the object is another one. */
  patch(
    type: ResourceType,
    address: ObjectAddress,
    patch: { readonly kind: PatchKind; readonly body: unknown },
    options: WriteOptions = {},
  ): Promise<JsonObject> {
    const { kind, body } = patch;
    const extra = { contentType: patchTypes[kind], body };
    return this.#write("PATCH", type, address, { ...options, ...extra }, kind === "apply");
  }

  /** Answers the object or a Status. `uid` deletes only this very object: 409 otherwise. */
  delete(
    type: ResourceType,
    address: ObjectAddress,
    options: WriteOptions & { readonly uid?: string } = {},
  ): Promise<JsonObject> {
    const { uid, ...rest } = options;
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      ...(uid !== undefined && { preconditions: { uid } }),
    };
    return this.#write("DELETE", type, address, { ...rest, body });
  }

  /** GET of any path in any format; for reflectors. */
  read(path: string, resource: string, accept: string, signal: AbortSignal): Promise<Answer> {
    return this.#call({ method: "GET", path, resource, accept, signal });
  }

  /** GET whose answer is read as it comes; for reflectors. A status other than 200 rejects with `ApiError`. */
  async stream(path: string, resource: string, accept: string, signal: AbortSignal): Promise<StreamAnswer> {
    await this.#pause(signal);
    const call: Call = { method: "GET", path, resource, accept, signal };
    const answer = await this.#observed(call, () =>
      this.#transport.open({ ...this.#requestOf(call), signal }),
    );
    if (answer.status === 200) return answer;
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    throw this.#refusal(call, { ...answer, body: Buffer.concat(chunks) });
  }

  /** Closes all connections; calls under way reject. */
  close(): void {
    this.#transport.close();
  }

  #write(
    method: string,
    type: ResourceType,
    address: ObjectAddress,
    extra: WriteOptions & { readonly body: unknown; readonly contentType?: string },
    force = false,
  ): Promise<JsonObject> {
    const read = readOf(type, address);
    const manager = method === "DELETE" ? {} : { fieldManager: this.#options.fieldManager };
    const path = withQuery(read.path, { ...manager, ...(force && { force: "true" }) });
    const accept = extra.metadataOnly === true ? metadataType : "application/json";
    const call = { contentType: "application/json", ...extra, ...read, method, path, accept };
    if (extra.urgent === true) return this.#json(call);
    return this.#writes.run(extra.signal ?? never, () => this.#json(call));
  }

  async #json(call: Call): Promise<JsonObject> {
    const answer = await this.#call(call);
    const value: unknown = JSON.parse(answer.body.toString("utf8"));
    if (!isJsonObject(value))
      throw new TypeError(`${call.method} ${call.path}: expected an object in answer`);
    return value;
  }

  async #call(call: Call): Promise<Answer> {
    const request = this.#requestOf(call);
    for (let tries = 1; ; tries += 1) {
      if (call.urgent !== true) await this.#pause(request.signal);
      const answer = await this.#observed(call, () => this.#transport.fetch(request));
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = this.#refusal(call, answer);
      const again = error.retryAfterSeconds !== undefined && (error.status === 429 || error.status === 503);
      if (!again || call.urgent === true || tries === maxTries) throw error;
    }
  }

  #requestOf(call: Call) {
    const { method, path, signal = never, body, contentType } = call;
    return {
      method,
      path,
      signal,
      timeoutMs: this.#options.timeoutMs,
      headers: {
        accept: call.accept,
        "user-agent": this.#options.userAgent,
        ...(contentType !== undefined && { "content-type": contentType }),
      },
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    };
  }

  async #observed<T extends { readonly status: number }>(call: Call, send: () => Promise<T>): Promise<T> {
    const start = this.#clock.monotonic();
    const { method, resource } = call;
    const report = (code: string): void =>
      this.#options.observe({
        method,
        host: this.#host,
        resource,
        code,
        durationMs: this.#clock.monotonic() - start,
      });
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
    const error = apiErrorFrom(request, answer.status, answer.headers, answer.body);
    if (error.retryAfterSeconds !== undefined && (error.status === 429 || error.status === 503)) {
      const until = this.#clock.monotonic() + error.retryAfterSeconds * 1000;
      this.#pausedUntil = Math.max(this.#pausedUntil, until);
    }
    return error;
  }

  /** Waits as long as the server asked for, which may grow while waiting. */
  async #pause(signal: AbortSignal): Promise<void> {
    for (
      let waitMs = this.#pausedUntil - this.#clock.monotonic();
      waitMs > 0;
      waitMs = this.#pausedUntil - this.#clock.monotonic()
    ) {
      await sleep(this.#clock, waitMs, signal);
    }
  }
}

function readOf(type: ResourceType, address: ObjectAddress) {
  const { subresource } = address;
  return {
    method: "GET",
    path: resourcePath(type, address),
    resource: subresource === undefined ? type.plural : `${type.plural}/${subresource}`,
    accept: "application/json",
  };
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? path : `${path}?${text}`;
}
