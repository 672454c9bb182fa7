import assert from "node:assert/strict";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.ts";

const START_SECTION = 8;
let bytes: Uint8Array;

before(async () => {
  bytes = await compile(fileURLToPath(new URL("../example", import.meta.url)), ["--target", "release"]);
});

test("a release module imports nothing but wapc", () => {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  assert.deepEqual([...new Set(imports.map((entry) => entry.module))], ["wapc"]);
});

test("a release module exports memory, __guest_call and wapc_init only", () => {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
  assert.deepEqual(exports.map((entry) => `${entry.kind} ${entry.name}`).sort(), [
    "function __guest_call",
    "function wapc_init",
    "memory memory",
  ]);
});

// policy-server instantiates before it sets the time limit, so code in a start section traps there (and only there).
test("a release module has no start section", () => {
  assert.ok(!sections(bytes).includes(START_SECTION));
});

test("the section reader finds a start section where there is one", () => {
  // (module (func) (start 0)), written by hand.
  const header = [0, 97, 115, 109, 1, 0, 0, 0];
  const body = [1, 4, 1, 96, 0, 0, 3, 2, 1, 0, START_SECTION, 1, 0, 10, 4, 1, 2, 0, 11];
  const module = Uint8Array.from([...header, ...body]);
  assert.deepEqual(WebAssembly.Module.exports(new WebAssembly.Module(module)), []);
  assert.deepEqual(sections(module), [1, 3, START_SECTION, 10]);
});

/** Ids of a module's sections in their order. */
function sections(module: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < module.length) {
    ids.push(module[at++] ?? 0);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}
