import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { ResourceRegistry } from "../core/resource-registry.ts";
import type { Faults } from "../faults/faults.ts";
import type { JsonObject } from "../json/value.ts";
import { coreVersions, group, groupList, resourceList, serverVersion } from "./discovery.ts";
import { type Exchange, exchangeOf, sendError, sendJson, sendText } from "./http-exchange.ts";
import { openapiDocument, openapiIndex } from "./openapi.ts";
import { type ResourceServices, handleResource, verbOf } from "./resource-handler.ts";
import { groupPath, resourceRoute } from "./route.ts";
import type { Target } from "./write-context.ts";
import { StatusError, UnknownPath, methodNotAllowed } from "./status-error.ts";

/** A request for a resource whose answer is out; a watch counts when it ends. */
export interface AnsweredRequest {
  readonly verb: string;
  readonly target: Target;
  readonly userAgent: string;
  readonly code: number;
}

/** How the server presents itself, and who is told of what it answers. */
export interface ApiServerOptions {
  readonly observe: (request: AnsweredRequest) => void;
  /** Minor version of Kubernetes for `/version`. */
  readonly minor: number;
}

/** The HTTP side of the sandbox. */
export class ApiServer {
  private readonly registry: ResourceRegistry;
  private readonly services: ResourceServices;
  private readonly faults: Faults;
  private readonly options: ApiServerOptions;
  private readonly server: Server;

  constructor(
    registry: ResourceRegistry,
    services: ResourceServices,
    faults: Faults,
    options: ApiServerOptions,
  ) {
    this.registry = registry;
    this.services = services;
    this.faults = faults;
    this.options = options;
    this.server = createServer(this.handle);
    this.server.keepAliveTimeout = 60_000;
  }

  /** Answers one request, from the network or from a test that plays the network. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.serve(request, response);
  };

  /** Listens on 127.0.0.1; port 0 picks a free one. The answer is the base URL. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", resolve);
    });
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : port}`;
  }

  /** Stops listening and breaks all connections; `listen` begins anew. */
  async close(): Promise<void> {
    this.services.watches.closeAll();
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = exchangeOf(request, response);
    try {
      await this.route(exchange);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else if (error instanceof UnknownPath) sendText(exchange, error.code, `${error.message}\n`);
      else sendError(exchange, asStatusError(error));
    }
  }

  private async route(exchange: Exchange): Promise<void> {
    const { url, method } = exchange;
    const path = groupPath(url.pathname);
    if (path === undefined || path.rest.length === 0) {
      await this.faults.strike({ method, verb: "", path: url.pathname + url.search });
      this.sendDocument(exchange);
      return;
    }
    const route = resourceRoute(this.registry, path);
    const verb = verbOf(method, route, url);
    const { response, request } = exchange;
    const userAgent = request.headers["user-agent"] ?? "";
    response.on("close", () =>
      this.options.observe({ verb, target: route.target, userAgent, code: response.statusCode }),
    );
    const fault = await this.faults.strike({ method, verb, path: url.pathname + url.search });
    if (fault?.hangUp === "before") {
      exchange.response.destroy();
      return;
    }
    if (fault?.hangUp === "after") exchange.response.writeHead = () => exchange.response.destroy();
    await handleResource(this.services, exchange, route, verb);
  }

  private sendDocument(exchange: Exchange): void {
    const { pathname } = exchange.url;
    if (exchange.method !== "GET" && exchange.method !== "HEAD") throw methodNotAllowed();
    if (["/healthz", "/livez", "/readyz"].includes(pathname)) {
      sendText(exchange, 200, "ok");
      return;
    }
    if (pathname === "/openapi/v2") {
      // An empty document in the one encoding that kubectl asks for: it falls back to it for unknown kinds.
      const headers = { "content-type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf" };
      exchange.response.writeHead(200, headers).end();
      return;
    }
    const body = this.document(pathname.replace(/\/$/, ""));
    if (body === undefined) throw new UnknownPath();
    sendJson(exchange, 200, body);
  }

  private document(pathname: string): JsonObject | undefined {
    if (pathname === "/version") return serverVersion(this.options.minor);
    if (pathname === "/api") return coreVersions();
    if (pathname === "/apis") return groupList(this.registry);
    if (pathname === "/openapi/v3") return openapiIndex(this.registry);
    if (pathname.startsWith("/openapi/v3/")) {
      const path = groupPath(pathname.slice("/openapi/v3".length));
      return path === undefined ? undefined : openapiDocument(this.registry, path.group, path.version);
    }
    const path = groupPath(pathname);
    if (path !== undefined) return resourceList(this.registry, path.group, path.version);
    const [, root, name] = pathname.split("/");
    return root === "apis" && name !== undefined ? group(this.registry, name) : undefined;
  }
}

function asStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new StatusError(500, "InternalError", `internal error: ${text}`);
}
