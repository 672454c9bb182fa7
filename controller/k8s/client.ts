import { type Clock, systemClock } from "../runtime/clock.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import { type Call, Caller, never, type RequestOutcome } from "./caller.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { DecodeError } from "./codec/codec.ts";
import { type ObjectAddress, type ResourceType, resourcePath } from "./resource.ts";
import { type Answer, type Exchanges, type StreamAnswer, Transport } from "./transport.ts";
import { defaultWriteLimits, WriteGate, type WriteLimits } from "./write-limits.ts";

/** Settings of an `ApiClient`; all have defaults. */
export interface ApiClientOptions {
  readonly clock?: Clock;
  readonly writeLimits?: WriteLimits;
  /** In place of HTTP connections, for a network that is simulated. */
  readonly transport?: Exchanges;
  /** Connections shared by all requests but watches. */
  readonly sockets?: number;
  /** For a whole request, without the time it waited for its turn. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /** Sent with every write, so that managedFields name it. */
  readonly fieldManager?: string;
  readonly observe?: (outcome: RequestOutcome) => void;
  /** Asked right before a write is sent; false rejects it with `WriteWithheld`. Urgent writes are not asked about. */
  readonly mayWrite?: () => boolean;
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

/**
 * The API server's verbs. Every call rejects with an `ApiError` (the server said no), a `ConnectionError` (nothing
 * heard), a `DecodeError` (an answer of another than the server), a `WriteWithheld` or the reason of its signal. A server that asks for a pause holds back all calls of the client.
 */
export class ApiClient {
  readonly #transport: Exchanges;
  readonly #caller: Caller;
  readonly #writes: WriteGate;
  readonly #fieldManager: string;

  constructor(access: ClusterAccess, options: ApiClientOptions = {}) {
    const clock = options.clock ?? systemClock;
    this.#transport = options.transport ?? new Transport(access, clock, options.sockets ?? 8);
    this.#writes = new WriteGate(clock, options.writeLimits ?? defaultWriteLimits);
    this.#fieldManager = options.fieldManager ?? "sidecarset-controller";
    this.#caller = new Caller({
      transport: this.#transport,
      clock,
      host: access.server.host,
      timeoutMs: options.timeoutMs ?? 30_000,
      userAgent: options.userAgent ?? "sidecarset-controller",
      observe: options.observe ?? (() => {}),
      mayWrite: options.mayWrite ?? (() => true),
    });
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

  /** `metadata.uid` in a strategic-merge or merge patch is a precondition, see `isPreconditionFailure`. */
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
    return this.#caller.call({ method: "GET", path, resource, accept, signal });
  }

  /** GET whose answer is read as it comes; for reflectors. A status other than 200 rejects with `ApiError`. */
  stream(path: string, resource: string, accept: string, signal: AbortSignal): Promise<StreamAnswer> {
    return this.#caller.stream({ method: "GET", path, resource, accept, signal });
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
    const manager = method === "DELETE" ? {} : { fieldManager: this.#fieldManager };
    const path = withQuery(read.path, { ...manager, ...(force && { force: "true" }) });
    const accept = extra.metadataOnly === true ? metadataType : "application/json";
    const call = { contentType: "application/json", ...extra, ...read, method, path, accept };
    if (extra.urgent === true) return this.#json(call);
    return this.#writes.run(extra.signal ?? never, () => this.#json(call));
  }

  async #json(call: Call): Promise<JsonObject> {
    const { body } = await this.#caller.call(call);
    const value = parseJson(body);
    if (!isJsonObject(value))
      throw new DecodeError(`${call.method} ${call.path}: expected a JSON object in answer`);
    return value;
  }
}

/** Undefined for what is no JSON. */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
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
