// The wasmtime host itself. Every other file of the suite runs each of its cases in both hosts, see agreeing-policy.ts.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { AgreeingPolicy } from "./agreeing-policy.ts";
import { POD_PAYLOAD } from "./payloads.ts";
import { WASM, policy } from "./policy.ts";
import { absence, builtProgram } from "./wasmtime/program.ts";
import { WasmtimeHost } from "./wasmtime/wasmtime-host.ts";

const program = builtProgram();
const skip = program === undefined && `skipped, because ${absence()}`;
const host = program === undefined ? undefined : new WasmtimeHost(program);
const folder = mkdtempSync(join(tmpdir(), "wasmtime-host-"));
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A guest whose answer to everything is the text, and which has these functions besides. */
function guest(name: string, { answer = "", call = "", more = "" }): string {
  const path = join(folder, `${name}.wat`);
  const data = answer.replaceAll(/["\\]/g, "\\$&");
  writeFileSync(
    path,
    `(module
      (import "wapc" "__guest_response" (func $respond (param i32 i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "${data}")
      (func (export "__guest_call") (param i32 i32) (result i32)
        ${call}
        (call $respond (i32.const 0) (i32.const ${Buffer.byteLength(answer)}))
        (i32.const 1))
      ${more})`,
  );
  return path;
}

test("every case of the contract suite runs in both hosts", { skip }, () => {
  assert.ok(policy instanceof AgreeingPolicy);
});

test("hosts that do not agree fail the case", { skip }, () => {
  const other = guest("accepts", { answer: '{"accepted":true}' });
  assert(host);
  const disagreeing = new AgreeingPolicy(new WebAssembly.Module(readFileSync(WASM)), other, host);
  assert.throws(() => disagreeing.call("validate", bytes(POD_PAYLOAD)), /the guest answers otherwise/);
});

test("a start section traps, as no deadline is set yet", { skip }, () => {
  const path = guest("start", { answer: '"v1"', more: "(func $start) (start $start)" });
  const { outcome } = host?.call(path, "protocol_version", new Uint8Array()) ?? {};
  assert.match(JSON.stringify(outcome), /"failure":"Initialization failed.*!start/);
});

test("wapc_init has a deadline of its own", { skip }, () => {
  const path = guest("init", { answer: '"v1"', more: '(func (export "wapc_init"))' });
  const { outcome } = host?.call(path, "protocol_version", new Uint8Array()) ?? {};
  assert.deepEqual(outcome, { answer: Buffer.from('"v1"').toString("base64") });
});

test("an endless guest is interrupted", { skip }, () => {
  const path = guest("endless", { call: "(loop $again (br $again))" });
  const { outcome } = host?.call(path, "validate", new Uint8Array()) ?? {};
  const failure = "Guest call failure: guest code interrupted, execution deadline exceeded";
  assert.deepEqual(outcome, { failure });
});

test("an answer that the host cannot decode is told apart", { skip }, () => {
  const path = guest("code", { answer: '{"accepted":true,"code":65536}' });
  const { admission } = host?.call(path, "validate", bytes(POD_PAYLOAD)) ?? {};
  assert.match(JSON.stringify(admission), /undecodable.*65536/);
});

test("a module that is none is refused by name", { skip }, () => {
  const path = fileURLToPath(import.meta.url);
  assert.throws(() => host?.call(path, "validate", new Uint8Array()), /wasmtime\.test\.ts/);
});
