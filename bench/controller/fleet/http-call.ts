import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A request taken apart. */
export interface HttpCall {
  readonly method: string;
  /** Group and version with the plural, namespaces left out: `/api/v1/pods`. */
  readonly collection: string;
  readonly namespace: string | undefined;
  /** "" for the collection. */
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  /** The parsed body; undefined without one. */
  readonly body: unknown;
  readonly response: ServerResponse;
}

/** Reads a request to its end. Undefined for a path that is below no group and version. */
export async function readCall(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<HttpCall | undefined> {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(request, "end");
  const { pathname, searchParams } = new URL(request.url ?? "", "http://server");
  const match =
    /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/.))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      pathname,
    );
  if (match === null) return undefined;
  const [, root = "", namespace, plural = "", name = "", subresource = ""] = match;
  return {
    method: request.method ?? "",
    collection: `${root}/${plural}`,
    namespace,
    name: decodeURIComponent(name),
    subresource,
    query: searchParams,
    accept: request.headers.accept ?? "",
    body: chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString()),
    response,
  };
}

/** Answers with JSON. */
export function answer({ response }: HttpCall, body: string, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

/** Answers with a metav1.Status. */
export function refuse(call: HttpCall, code: number, reason: string): void {
  answer(call, JSON.stringify({ kind: "Status", status: "Failure", code, reason, message: reason }), code);
}
