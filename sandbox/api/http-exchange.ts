import type { IncomingMessage, ServerResponse } from "node:http";
import { parse as parseYaml } from "yaml";
import { type Json, parseJson } from "../json/value.ts";
import { readProtobuf } from "./protobuf.ts";
import { StatusError, badRequest, unsupportedMediaType } from "./status-error.ts";

/** One request with its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly url: URL;
  /** Media type of the body, without parameters. */
  readonly contentType: string;
  /** Texts for `Warning` headers of the answer. */
  readonly warnings: string[];
}

/** The exchange of a request that has just come in. */
export function exchangeOf(request: IncomingMessage, response: ServerResponse): Exchange {
  const contentType = (request.headers["content-type"] ?? "application/json").split(";")[0] ?? "";
  return {
    request,
    response,
    method: request.method ?? "GET",
    url: requestUrl(request.url ?? "/"),
    contentType: contentType.trim(),
    warnings: [],
  };
}

/** A request's target as a URL. What is none reads as a path that nothing serves. */
function requestUrl(target: string): URL {
  return URL.parse(`http://sandbox${target.startsWith("/") ? target : "/"}`) ?? new URL("http://sandbox/");
}

const protobuf = "application/vnd.kubernetes.protobuf";
const objectTypes = ["application/json", "application/yaml", protobuf];
const bodyLimit = 8 * 1024 * 1024;

/**
 * The body as JSON; YAML and protobuf where the content type says so; null when there is none. 415 for content types
 * other than `accepted`: by default those of objects.
 */
export async function readBody(exchange: Exchange, accepted: readonly string[] = objectTypes): Promise<Json> {
  const body = await readBytes(exchange);
  if (body.length === 0) return null;
  const { contentType } = exchange;
  if (!accepted.includes(contentType)) throw unsupportedMediaType(accepted);
  if (contentType === protobuf) return readProtobuf(body);
  const text = body.toString("utf8");
  try {
    return contentType.includes("yaml") ? readYaml(text) : parseJson(text);
  } catch (error) {
    throw badRequest(`the body could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readYaml(text: string): Json {
  const value: Json = parseYaml(text);
  return value;
}

/** All of the body. What is too large is read to its end as well, so that the connection stays usable. */
async function readBytes(exchange: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of exchange.request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size <= bodyLimit) return Buffer.concat(chunks);
  throw new StatusError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${bodyLimit}`);
}

/** Sends a JSON answer. */
export function sendJson(
  exchange: Exchange,
  code: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  const { response, warnings } = exchange;
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  if (warnings.length > 0) {
    response.setHeader(
      "warning",
      warnings.map((text) => warningHeader(text)),
    );
  }
  response.writeHead(code, {
    "content-type": "application/json",
    "content-length": bytes.length,
    ...headers,
  });
  response.end(bytes);
}

/** Sends a refusal. */
export function sendError(exchange: Exchange, error: StatusError): void {
  const seconds = error.retryAfterSeconds;
  sendJson(
    exchange,
    error.code,
    error.toStatus(),
    seconds === undefined ? {} : { "retry-after": String(seconds) },
  );
}

/** Sends plain text, as the health endpoints do. */
export function sendText(exchange: Exchange, code: number, text: string): void {
  exchange.response.writeHead(code, { "content-type": "text/plain" });
  exchange.response.end(text);
}

function warningHeader(text: string): string {
  // Header values are Latin-1: what does not fit is shown as "?".
  const printable = text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/gu, "?").slice(0, 256);
  return `299 - "${printable.replaceAll(/["\\]/g, "\\$&")}"`;
}
