import type { HostCapabilities } from "@kubewarden/as-sdk/host";
import type { Exchange } from "./wasmtime-host.ts";

/** Capabilities whose answers are appended to `exchanges`. */
export function noted(capabilities: HostCapabilities, exchanges: Exchange[]): HostCapabilities {
  return (namespace, operation, payload) => {
    const asked = { namespace, operation, payload: base64(payload) };
    try {
      const answer = capabilities(namespace, operation, payload);
      exchanges.push({ ...asked, outcome: { answer: base64(answer) } });
      return answer;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      exchanges.push({ ...asked, outcome: { error: text } });
      throw error;
    }
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
