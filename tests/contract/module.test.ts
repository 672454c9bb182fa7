import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PolicyError } from "@kubewarden/as-sdk/host";
import { WASM, callRaw, policy } from "./policy.ts";

const START_SECTION = 8;
const bytes = readFileSync(WASM);
const module = new WebAssembly.Module(bytes);

test("imports nothing but wapc, which is all that Kubewarden's host links", () => {
  const modules = WebAssembly.Module.imports(module).map((entry) => entry.module);
  assert.deepEqual([...new Set(modules)], ["wapc"]);
});

test("exports memory, __guest_call and wapc_init only", () => {
  const exports = WebAssembly.Module.exports(module).map((entry) => `${entry.kind} ${entry.name}`);
  assert.deepEqual(exports.sort(), ["function __guest_call", "function wapc_init", "memory memory"]);
});

test("has no start section, which would trap in policy-server before its time limit is set", () => {
  assert.ok(!sectionIds(bytes).includes(START_SECTION));
});

test("is small", (context) => {
  context.diagnostic(`policy.wasm: ${bytes.length} bytes`);
  assert.ok(bytes.length < 94 * 1024);
});

test("speaks protocol v1", () => {
  assert.equal(policy.protocolVersion(), "v1");
  assert.equal(callRaw("protocol_version", ""), '"v1"');
});

test("refuses operations that it does not know without trapping", () => {
  assert.throws(
    () => callRaw("mutate", "{}"),
    (error) => error instanceof PolicyError && error.message.includes("unknown operation: mutate"),
  );
});

/** Ids of a module's sections in their order. */
function sectionIds(wasm: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < wasm.length) {
    ids.push(wasm[at++] ?? 0);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}
