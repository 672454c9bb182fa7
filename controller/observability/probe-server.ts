import { once } from "node:events";
import http from "node:http";
import type { HealthCheck } from "./health.ts";

/** What a probe server answers to; a path that is absent answers 404. */
export interface ProbeServerOptions {
  /** Port 0 takes any free one. */
  readonly port: number;
  /** Absent means all addresses. */
  readonly host?: string;
  /** `/livez` and `/healthz`. */
  readonly live?: readonly HealthCheck[];
  /** `/readyz`. */
  readonly ready?: readonly HealthCheck[];
  /** `/metrics`; a prom-client registry fits. */
  readonly metrics?: { readonly contentType: string; metrics(): Promise<string> };
}

/** A probe server at work. */
export interface ProbeServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Serves probes and metrics. Rejects when the port is taken. */
export async function startProbeServer(options: ProbeServerOptions): Promise<ProbeServer> {
  const server = http.createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    reply(path, options)
      .catch((error: unknown) => text(500, String(error)))
      .then(({ status, contentType, body }) =>
        response.writeHead(status, { "content-type": contentType }).end(body),
      )
      .catch(() => response.destroy());
  });
  server.listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function reply(path: string, { live, ready, metrics }: ProbeServerOptions): Promise<Reply> {
  if ((path === "/livez" || path === "/healthz") && live !== undefined) return verdict(live);
  if (path === "/readyz" && ready !== undefined) return verdict(ready);
  if (path === "/metrics" && metrics !== undefined) {
    return { status: 200, contentType: metrics.contentType, body: await metrics.metrics() };
  }
  return text(404, `${path}: nothing here\n`);
}

/** One line a check, so that `curl` tells which one fails. */
function verdict(checks: readonly HealthCheck[]): Reply {
  const lines = checks.map((check) => ({ name: check.name, problem: check.problem() }));
  const failed = lines.some(({ problem }) => problem !== undefined);
  const body = lines.map(
    ({ name, problem }) =>
      `${problem === undefined ? "ok" : "failed"} ${name}${problem === undefined ? "" : `: ${problem}`}\n`,
  );
  return text(failed ? 503 : 200, body.join(""));
}

function text(status: number, body: string): Reply {
  return { status, contentType: "text/plain; charset=utf-8", body };
}
