import { fileURLToPath } from "node:url";
import { compile } from "../compile.ts";

const SDK = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles the guest that calls the capabilities its settings name. */
export function capabilitiesGuest(): Promise<Uint8Array> {
  const flags = ["--config", "none", "--runtime", "stub", "--enable", "simd", "--exportStart", "wapc_init"];
  const abort = ["--use", "abort=assembly/guest/abort/abort"];
  return compile(SDK, ["tests/assembly/guests/capabilities.ts", ...flags, ...abort]);
}
