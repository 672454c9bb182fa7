import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";

/** A registry on 127.0.0.1 that has one policy, under every name: what a policy-server or kwctl pulls. */
export class PolicyRegistry {
  readonly #server: Server;
  readonly #blobs = new Map<string, Buffer>();

  private constructor(wasm: Buffer) {
    const config = this.#add("application/vnd.wasm.config.v1+json", Buffer.from("{}"));
    const layer = this.#add("application/vnd.wasm.content.layer.v1+wasm", wasm);
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const text = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] });
    const manifest = Buffer.from(text);
    const manifestDigest = this.#add(mediaType, manifest).digest;
    this.#server = createServer(({ method, url = "" }, response) => {
      const [, what, reference = ""] = /\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
      const isManifest = what === "manifests";
      const content = isManifest ? manifest : this.#blobs.get(reference);
      if (url === "/v2/") response.writeHead(200).end("{}");
      else if (content === undefined) response.writeHead(404).end();
      else {
        response.writeHead(200, {
          "content-type": isManifest ? mediaType : "application/octet-stream",
          "content-length": content.length,
          "docker-content-digest": isManifest ? manifestDigest : reference,
        });
        response.end(method === "HEAD" ? undefined : content);
      }
    });
  }

  static async start(wasm: Buffer): Promise<PolicyRegistry> {
    const registry = new PolicyRegistry(wasm);
    await new Promise<void>((resolve, reject) => {
      registry.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return registry;
  }

  /** Such as `127.0.0.1:5000`. */
  get host(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("expected a TCP address");
    return `127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #add(mediaType: string, content: Buffer): { mediaType: string; digest: string; size: number } {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    this.#blobs.set(digest, content);
    return { mediaType, digest, size: content.length };
  }
}
