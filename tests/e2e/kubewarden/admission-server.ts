import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type AdmissionRequest,
  admit,
  type Enforcement,
  type HostCapabilities,
  type PolicyModule,
} from "@kubewarden/as-sdk/host";
import { type Certificate, selfSignedCertificate } from "../control-plane/certificate.ts";

const bodyLimit = 2 << 20;

/** One policy as it is served. */
export interface ServedPolicy {
  readonly module: PolicyModule;
  readonly settings: unknown;
  readonly enforcement: Enforcement;
  /** What the policy may ask for in one call; resolved beforehand, as host calls are synchronous. */
  capabilities(): Promise<HostCapabilities>;
}

/** One review that was answered, for tests to look at. */
export interface Review {
  readonly policy: string;
  readonly request: AdmissionRequest;
  readonly allowed: boolean;
  readonly milliseconds: number;
}

/**
 * policy-server's HTTP side over TLS, on 127.0.0.1 by default: `POST /validate/<policy>` takes an AdmissionReview. 404 for a policy
 * that is not served and 413 for a body over 2 MiB, which the API server treats by `failurePolicy`.
 */
export class AdmissionServer {
  readonly certificate: Certificate;
  /** Policies by id, such as `clusterwide-sidecarset-injection`; replaced as a whole. */
  policies: ReadonlyMap<string, ServedPolicy> = new Map();
  readonly reviews: Review[] = [];
  readonly #server: Server;
  #port = 0;

  constructor(serving: Certificate = selfSignedCertificate("policy-server")) {
    this.certificate = serving;
    const { key, certificate } = serving;
    this.#server = createServer({ key, cert: certificate }, (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(`Something went wrong: ${String(error)}`);
      });
    });
  }

  async listen(port = 0, host = "127.0.0.1"): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(port, host, resolve);
    });
  }

  /** Such as `https://127.0.0.1:8443`; stays what it was while closed, so that the same port can be taken again. */
  get url(): string {
    const address = this.#server.address();
    if (address !== null && typeof address !== "string") this.#port = address.port;
    if (this.#port === 0) throw new Error("admission server: never listened");
    return `https://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const id = /^\/validate\/([^/?]+)/.exec(request.url ?? "")?.[1] ?? "";
    const policy = request.method === "POST" ? this.policies.get(id) : undefined;
    if (policy === undefined) {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > bodyLimit) {
        response.writeHead(413, { connection: "close" }).end();
        return;
      }
      chunks.push(chunk);
    }
    const review: { readonly request: AdmissionRequest } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const capabilities = await policy.capabilities();
    const answer = admit(policy.module, review.request, policy.settings, policy.enforcement, capabilities);
    const milliseconds = performance.now() - started;
    this.reviews.push({ policy: id, request: review.request, allowed: answer.allowed, milliseconds });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer }),
    );
  }
}
