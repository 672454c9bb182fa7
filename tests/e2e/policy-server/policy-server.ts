import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AdmissionRequest, AdmissionResponse } from "@kubewarden/as-sdk/host";

/** One policy of the server, under the names of its configuration file. */
export interface ServedPolicy {
  /** Path of an annotated module. */
  module: string;
  settings: unknown;
  contextAwareResources?: readonly { apiVersion: string; kind: string }[];
}

/** Where the server finds a cluster; without it, host calls for Kubernetes fail. */
export interface ServerOptions {
  kubeconfig?: string;
}

/** How a server that refused to start ended. */
export interface FailedStart {
  kind: "failed";
  code: number | null;
  log: string;
}

const STARTS_WITHIN_MS = 60_000;

/** Kubewarden's policy-server as a process on the loopback interface, without TLS. */
export class PolicyServer {
  readonly kind = "running";
  readonly #process: ChildProcess;
  readonly #port: number;
  readonly #log: string[];

  private constructor(process: ChildProcess, port: number, log: string[]) {
    this.#process = process;
    this.#port = port;
    this.#log = log;
  }

  /** Resolves when the server is ready, or when it ended instead. */
  static async start(
    executable: string,
    policies: Readonly<Record<string, ServedPolicy>>,
    { kubeconfig }: ServerOptions = {},
  ): Promise<PolicyServer | FailedStart> {
    const folder = mkdtempSync(join(tmpdir(), "policy-server-"));
    const configuration = Object.entries(policies).map(([name, policy]) => [
      name,
      { ...policy, module: `file://${policy.module}`, allowedToMutate: true, hostCapabilities: ["*"] },
    ]);
    const file = join(folder, "policies.yml");
    writeFileSync(file, JSON.stringify(Object.fromEntries(configuration)));
    const [port, probePort] = await freePorts();
    const args = [
      ["--policies", file, "--policies-download-dir", folder, "--sigstore-cache-dir", folder],
      ["--addr", "127.0.0.1", "--port", `${port}`, "--readiness-probe-port", `${probePort}`],
      ["--log-no-color", "--workers", "2", "--ignore-kubernetes-connection-failure"],
    ].flat();
    const child = spawn(executable, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        RUST_BACKTRACE: "0",
        // Sigstore's roots are never used for a local module; let their download fail at once. Not HTTPS_PROXY: the
        // client for Kubernetes refuses that.
        ALL_PROXY: "http://127.0.0.1:9",
        NO_PROXY: "127.0.0.1,localhost",
        KUBECONFIG: kubeconfig ?? join(folder, "no-cluster"),
      },
    });
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => log.push(chunk));
    }
    const server = new PolicyServer(child, port, log);
    const deadline = Date.now() + STARTS_WITHIN_MS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) return { kind: "failed", code: child.exitCode, log: log.join("") };
      const ready = await fetch(`http://127.0.0.1:${probePort}/readiness`).catch(() => undefined);
      if (ready?.ok) return server;
      await sleep(100);
    }
    await server.stop();
    throw new Error(`policy-server: not ready within ${STARTS_WITHIN_MS} ms: ${log.join("")}`);
  }

  /** Sends an AdmissionReview to a policy and answers its response. */
  async review(policy: string, request: AdmissionRequest): Promise<AdmissionResponse> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/validate/${policy}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request }),
    });
    if (!answer.ok) throw new Error(`policy-server: ${answer.status}: ${await answer.text()}`);
    const { response }: { response: AdmissionResponse } = JSON.parse(await answer.text());
    return response;
  }

  /** What the server logged. */
  log(): string {
    return this.#log.join("");
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first = 0, second = 0] = ports;
  return [first, second];
}
