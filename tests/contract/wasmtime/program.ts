import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const crate = import.meta.dirname;
const name = "sidecarset-wasmtime-host";

/** The program, or why there is none. */
export type Program =
  | { readonly kind: "built"; readonly path: string }
  | { readonly kind: "absent"; readonly reason: string };

/** The path of the program, when it was built from the sources as they are; undefined otherwise. */
export function builtProgram(): string | undefined {
  const path = join(programFolder(), name);
  return existsSync(path) ? path : undefined;
}

/** Why the program is not there, for a test that is skipped. */
export function absence(): string {
  return hasCargo()
    ? "the wasmtime host is not built: run node tests/contract/wasmtime/build.ts"
    : "cargo is absent";
}

/**
 * Builds the program, unless it is there, at low priority: minutes the first time, seconds after a change to its own
 * sources. Absent when cargo is, or when the budget was not enough; the next build goes on from there.
 */
export async function buildProgram(budgetMinutes: number): Promise<Program> {
  const built = builtProgram();
  if (built !== undefined) return { kind: "built", path: built };
  if (!hasCargo()) return { kind: "absent", reason: absence() };
  const target = join(cacheFolder(), "target");
  const args = ["-n", "10", "cargo", "build", "--release", "--locked"];
  try {
    await promisify(execFile)("nice", args, {
      cwd: crate,
      env: { ...process.env, CARGO_TARGET_DIR: target },
      ...(Number.isFinite(budgetMinutes) && { timeout: budgetMinutes * 60_000 }),
      maxBuffer: 1 << 24,
    });
  } catch (error) {
    if (!(error instanceof Error && "killed" in error && error.killed === true)) throw error;
    return { kind: "absent", reason: `cargo did not finish within ${budgetMinutes} minutes` };
  }
  const folder = programFolder();
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `${name}.${process.pid}`);
  copyFileSync(join(target, "release", name), unfinished);
  renameSync(unfinished, join(folder, name));
  return { kind: "built", path: join(folder, name) };
}

function hasCargo(): boolean {
  return spawnSync("cargo", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Of these sources; programs of other sources lie beside it. */
function programFolder(): string {
  const sums = createHash("sha256");
  const sources = readdirSync(join(crate, "src"))
    .sort()
    .map((file) => join("src", file));
  for (const file of ["Cargo.toml", "Cargo.lock", ...sources]) {
    sums.update(file).update(readFileSync(join(crate, file)));
  }
  return join(cacheFolder(), `${process.platform}-${process.arch}-${sums.digest("hex").slice(0, 12)}`);
}

function cacheFolder(): string {
  const root = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(root, "sidecarset-kubewarden", "wasmtime");
}
