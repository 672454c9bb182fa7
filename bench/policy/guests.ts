import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const rustTarget = "wasm32-wasip1";

/** Path of a baseline guest: `take` answers a constant, `copy` the payload. As quick to start as the policy. */
export function buildGuest(name: "take" | "copy"): string {
  mkdirSync(join(root, "build/bench"), { recursive: true });
  const out = `build/bench/${name}.wasm`;
  const abort = "abort=~lib/@kubewarden/as-sdk/assembly/guest/abort/abort";
  const flags = [
    "--optimizeLevel",
    "3",
    "--runtime",
    "stub",
    "--exportStart",
    "wapc_init",
    "--initialMemory",
    "16",
    "--config",
    "none",
  ];
  execFileSync("asc", [`bench/policy/guest/${name}.ts`, "-o", out, "--use", abort, ...flags], { cwd: root });
  return join(root, out);
}

/**
 * Path of a comparable injector that uses Kubewarden's Rust SDK, or why there is none. With `build` it is built anew,
 * which takes minutes the first time.
 */
export function rustGuest(build: boolean): { path: string } | { absent: string } {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const target = join(cache, "sidecarset-kubewarden/bench/rust-guest");
  const path = join(target, rustTarget, "release/rust_guest.wasm");
  if (!build) return existsSync(path) ? { path } : { absent: "it is not built: add --build" };
  const libraries = spawnSync("rustc", ["--print", "target-libdir", "--target", rustTarget], {
    encoding: "utf8",
  });
  if (libraries.error !== undefined) return { absent: "Rust is absent" };
  if (!existsSync(libraries.stdout.trim())) {
    return { absent: `Rust's target ${rustTarget} is absent: rustup target add ${rustTarget}` };
  }
  execFileSync("cargo", ["build", "--release", "--locked", "--quiet", "--target", rustTarget], {
    cwd: join(import.meta.dirname, "rust-guest"),
    env: { ...process.env, CARGO_TARGET_DIR: target },
    stdio: "inherit",
  });
  return { path };
}
