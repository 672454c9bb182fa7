import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const transform = fileURLToPath(new URL("../transform/ascii.js", import.meta.url));
const compiler = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");

/** Runs the AssemblyScript compiler in a folder, with small literals, and answers the module's bytes. Rejects with the compiler's messages. */
export async function compile(folder: string, args: readonly string[]): Promise<Uint8Array> {
  const out = join(await mkdtemp(join(tmpdir(), "as-sdk-")), "out.wasm");
  await run(process.execPath, [compiler, ...args, "--transform", transform, "--outFile", out], {
    cwd: folder,
  });
  return readFile(out);
}
