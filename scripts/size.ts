/**
 * Says what the bytes of the release module are for: its sections, and its code by folder of the source.
 * Usage: node scripts/size.ts [--depth 2] [--functions 20]
 *
 * Compiles the release once more with names, and with functions of one caller left where they are written, which makes
 * the sum some two percent larger than the release.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type NamedFunction, readModule } from "./wasm-size.ts";

const { values } = parseArgs({
  options: { depth: { type: "string", default: "2" }, functions: { type: "string", default: "20" } },
});
const depth = Number(values.depth);
const { sections, functions } = readModule(compiledWithNames());

print(
  "section",
  sections.map(({ name, size }) => [name, size]),
);
print("code", Object.entries(byFolder(functions)));
print(
  "largest functions",
  functions.map(({ name, size }): [string, number] => [name, size]).slice(0, Number(values.functions)),
);

function compiledWithNames(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "size-"));
  try {
    const out = join(folder, "named.wasm");
    const compiler = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
    execFileSync(process.execPath, [compiler, "--target", "release", "--debug", "-o", out]);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function byFolder(all: NamedFunction[]): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { name, size } of all) {
    const path = name
      .replace(/^~lib\/@kubewarden\/as-sdk\/assembly/, "SDK")
      .replace(/^~lib\/.*/, "standard library")
      .replace(/^assembly\//, "");
    const [first = "other", ...steps] = path.split("/").slice(0, -2);
    const folder = path.includes("/") ? [first, ...steps].slice(0, depth).join("/") : path;
    sizes[folder] = (sizes[folder] ?? 0) + size;
  }
  return sizes;
}

function print(title: string, rows: [string, number][]): void {
  console.log(`\n${title}`);
  for (const [name, size] of rows.toSorted((a, b) => b[1] - a[1])) {
    console.log(`${String(size).padStart(8)}  ${name}`);
  }
}
