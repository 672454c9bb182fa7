/**
 * Puts policy/metadata.yml into a copy of a policy's module.
 * Usage: node scripts/annotate.ts [--in build/policy.wasm] [--out build/annotated-policy.wasm]
 *
 * Uses kwctl when KWCTL names it or it is in PATH, and says so; otherwise writes the same section itself.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { annotated } from "../policy/packaging/annotated.ts";
import { findProgram } from "../policy/packaging/find-program.ts";
import { parseMetadata } from "../policy/packaging/metadata.ts";

const { values } = parseArgs({
  options: {
    in: { type: "string", default: "build/policy.wasm" },
    out: { type: "string", default: "build/annotated-policy.wasm" },
  },
});
const metadataPath = fileURLToPath(new URL("../policy/metadata.yml", import.meta.url));
const usagePath = fileURLToPath(new URL("../policy/usage.md", import.meta.url));
// Also when kwctl does the work: it ignores members that it does not know, we do not.
const metadata = parseMetadata(readFileSync(metadataPath, "utf8"));

const kwctl = findProgram("kwctl");
if (kwctl === undefined) {
  const module = readFileSync(values.in);
  const policy = await PolicyModule.load(module);
  const protocol = policy.protocolVersion();
  if (protocol !== "v1")
    throw new Error(`${values.in}: protocol_version: expected "v1", got ${JSON.stringify(protocol)}`);
  const bytes = annotated(module, metadata, protocol, readFileSync(usagePath, "utf8"));
  writeFileSync(values.out, bytes);
  console.log(`wrote ${values.out} (${bytes.length} bytes) without kwctl`);
} else {
  const args = ["annotate", "-m", metadataPath, "-u", usagePath, "-o", values.out, values.in];
  const { status, error } = spawnSync(kwctl, args, { stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status === 0) console.log(`wrote ${values.out} with ${kwctl}`);
  process.exitCode = status ?? 1;
}
