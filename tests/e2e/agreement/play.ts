import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Access } from "../control-plane/api-client.ts";

/** One request of a script. `${name.uid}` and the like in path and body stand for what an earlier answer said. */
export interface Call {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Compare `managedFields` too; they would drown everything else in other calls. */
  readonly ownership?: boolean;
  /** A watch: read until this many frames came or the server ended it. */
  readonly frames?: number;
}

/** What a server said, with all that differs from run to run replaced by placeholders. */
export interface Reply {
  readonly name: string;
  readonly status: number;
  readonly contentType: string;
  readonly warnings: readonly string[];
  /** The JSON body, the frames of a watch, or text. */
  readonly body: unknown;
}

/** Plays the calls one after the other. */
export async function play(access: Access, calls: readonly Call[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  const said = new Map<string, unknown>();
  for (const call of calls) {
    const { status, headers, body } = await perform(access, call, said);
    said.set(call.name, body);
    const warnings = String(headers["warning"] ?? "");
    replies.push({
      name: call.name,
      status,
      contentType: String(headers["content-type"] ?? "").replace(/;\s*charset=.*$/, ""),
      warnings: [...warnings.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? ""),
      body: withoutChance(body, [], call.ownership === true),
    });
  }
  return replies;
}

interface RawReply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: unknown;
}

function perform(access: Access, call: Call, said: ReadonlyMap<string, unknown>): Promise<RawReply> {
  const url = new URL(filled(call.path, said), access.server);
  const payload = call.body === undefined ? undefined : bodyText(call.body, said);
  const headers: Record<string, string> = {
    accept: call.accept ?? "application/json",
    "user-agent": "agreement",
  };
  if (payload !== undefined) headers["content-type"] = call.contentType ?? "application/json";
  // Node frames no body of a DELETE by itself.
  if (payload !== undefined) headers["content-length"] = String(Buffer.byteLength(payload));
  if (access.token !== undefined) headers["authorization"] = `Bearer ${access.token}`;
  const secure = access.server.startsWith("https:");
  return new Promise((resolve, reject) => {
    const options = { method: call.method, headers, ca: access.certificateAuthority };
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      let text = "";
      let done = false;
      const finish = (): void => {
        if (done) return;
        done = true;
        const lines = text.split("\n").filter((line) => line !== "");
        const body = call.frames === undefined ? json(text) : lines.slice(0, call.frames).map(json);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      };
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (call.frames === undefined || text.split("\n").length <= call.frames) return;
        finish();
        request.destroy();
      });
      response.on("end", finish);
      response.on("error", finish);
    });
    request.setTimeout(10_000, () => request.destroy(new Error(`${call.name}: no answer in 10 s`)));
    request.on("error", reject);
    request.end(payload);
  });
}

function bodyText(body: unknown, said: ReadonlyMap<string, unknown>): string {
  return filled(typeof body === "string" ? body : JSON.stringify(body), said);
}

/** Replaces `${call name:member.member}` by what that call was answered. */
function filled(text: string, said: ReadonlyMap<string, unknown>): string {
  return text.replace(/\$\{([^:}]+):([^}]+)\}/g, (_, name: string, path: string) => {
    const value = path.split(".").reduce<unknown>((at, member) => memberOf(at, member), said.get(name));
    if (typeof value !== "string")
      throw new Error(`\${${name}:${path}}: expected a string, got ${JSON.stringify(value)}`);
    return encodeURIComponent(value);
  });
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, member) : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const chance = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "time",
  "continue",
  "hash",
]);
// Go's maps have no order, and these lists come from them.
const unordered = new Set(["causes", "managedFields", "verbs"]);
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Replaces identifiers, versions and times: that they are there counts, not what they are. */
function withoutChance(value: unknown, path: readonly string[], ownership: boolean): unknown {
  const key = path.at(-1) ?? "";
  if (typeof value === "string") {
    if (timestamp.test(value)) return "<time>";
    if (key === "cells" && /^\d+[smh]$/.test(value)) return "<age>";
    if (chance.has(key) && value !== "") return `<${key}>`;
    if (key === "message" && / is invalid: \[.*\]$/.test(value)) return "<see causes>";
    return value.replace(uuid, "<uid>");
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutChance(item, path, ownership));
    return unordered.has(key)
      ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([name]) => ownership || name !== "managedFields")
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(
    entries.map(([name, item]) => [name, withoutChance(item, [...path, name], ownership)]),
  );
}
