import { type IncomingMessage, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";

/** An answer of the API server: any status, body parsed as JSON (text when it is not JSON, "" when empty). */
export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read whatever the server said
  readonly body: any;
}

/** How to reach an API server and who to be there. */
export interface Access {
  /** Such as `https://127.0.0.1:6443`; http for the sandbox. */
  readonly server: string;
  /** PEM of the certificate to trust; absent over http. */
  readonly certificateAuthority?: string;
  /** Bearer token; absent for a server without authentication. */
  readonly token?: string;
}

/** Media types of the four kinds of PATCH. */
export const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/**
 * The least that a test needs to talk to an API server, written apart from the controller's client so that a fault
 * in that one cannot hide itself. No answer with a status is an error here; only a broken connection throws.
 */
export class ApiClient {
  readonly access: Access;
  readonly #agent: Agent | undefined;

  constructor(access: Access) {
    this.access = access;
    this.#agent = access.server.startsWith("https:")
      ? new Agent({ keepAlive: true, maxSockets: 8 })
      : undefined;
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call("POST", path, body);
  }

  patch(path: string, kind: keyof typeof patchTypes, body: unknown): Promise<Answer> {
    return this.call("PATCH", path, body, patchTypes[kind]);
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.call("DELETE", path, body);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<Answer> {
    const response = await this.#open(method, path, body, contentType);
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    return { status: response.statusCode ?? 0, body: parsed(text) };
  }

  /**
   * The events of a watch, `{type, object}` each, until `signal` or the server ends it. `path` carries `watch=true` and
   * the rest of the query.
   */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<Answer["body"]> {
    const response = await this.#open("GET", path, undefined, "application/json", signal);
    let rest = Buffer.alloc(0);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = rest.subarray(0, end).toString("utf8");
        rest = rest.subarray(end + 1);
        if (line !== "") yield JSON.parse(line);
      }
    }
  }

  /** Gives the sockets back, so that the process can end. */
  close(): void {
    this.#agent?.destroy();
  }

  #open(
    method: string,
    path: string,
    body: unknown,
    contentType: string,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const payload =
      body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const headers: Record<string, string> = { accept: "application/json" };
    if (payload !== undefined) headers["content-type"] = contentType;
    if (payload !== undefined) headers["content-length"] = String(payload.length);
    if (this.access.token !== undefined) headers.authorization = `Bearer ${this.access.token}`;
    const options = { method, headers, ...(signal === undefined ? {} : { signal }) };
    const url = new URL(path, this.access.server);
    return new Promise((resolve, reject) => {
      const secure = { ...options, agent: this.#agent, ca: this.access.certificateAuthority };
      const request =
        this.#agent === undefined ? httpRequest(url, options, resolve) : httpsRequest(url, secure, resolve);
      request.on("error", reject);
      request.end(payload);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
