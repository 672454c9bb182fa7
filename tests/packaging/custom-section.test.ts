import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { annotated, embeddedMetadata } from "../../policy/packaging/annotated.ts";
import { customSections, withCustomSection } from "../../policy/packaging/custom-section.ts";
import { parseMetadata } from "../../policy/packaging/metadata.ts";
import { root } from "./manifests.ts";

// (module (func (export "f") (result i32) (i32.const 7)))
const MODULE = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4,
  0, 0x41, 7, 0x0b,
]);
const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);

for (const length of [0, 1, 127, 128, 16_384, 300_000]) {
  test(`a section of ${length} bytes can be read back and leaves a valid module`, async () => {
    const module = withCustomSection(MODULE, "name of it", bytes(length));
    await WebAssembly.compile(module);
    assert.deepEqual(customSections(module, "name of it"), [bytes(length)]);
    assert.deepEqual(customSections(module, "another"), []);
    assert.deepEqual(module.subarray(0, MODULE.length), MODULE);
  });
}

test("a section takes the place of one of the same name and leaves the others", () => {
  let module: Uint8Array = MODULE;
  for (const [index, name] of ["a", "b", "a"].entries())
    module = withCustomSection(module, name, bytes(index));
  assert.deepEqual(customSections(module, "a"), [bytes(2)]);
  assert.deepEqual(customSections(module, "b"), [bytes(1)]);
});

const hostile = [
  { name: "nothing", given: new Uint8Array(), want: /wrong magic number/ },
  { name: "text", given: new TextEncoder().encode("not a module"), want: /wrong magic number/ },
  {
    name: "a section longer than the file",
    given: MODULE.subarray(0, MODULE.length - 1),
    want: /ends behind the file/,
  },
  {
    name: "a length that never ends",
    given: Uint8Array.of(...MODULE.subarray(0, 8), 1, ...Array(9).fill(0xff)),
    want: /unreadable length/,
  },
];
for (const { name, given, want } of hostile) {
  test(`not a module: ${name}`, () => assert.throws(() => withCustomSection(given, "a", bytes(1)), want));
}

test("an annotated module carries the metadata as kwctl writes it", async () => {
  const metadata = parseMetadata(readFileSync(join(root, "policy/metadata.yml"), "utf8"));
  const module = annotated(annotated(MODULE, metadata, "v1", "old"), metadata, "v1", "# usage\n");
  await WebAssembly.compile(module);
  assert.deepEqual(embeddedMetadata(module), {
    protocolVersion: "v1",
    ...metadata,
    annotations: { ...metadata.annotations, "io.kubewarden.policy.usage": "# usage\n" },
  });
  assert.throws(() => embeddedMetadata(MODULE), /found 0/);
});
