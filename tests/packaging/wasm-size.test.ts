import assert from "node:assert/strict";
import { test } from "node:test";
import { readModule } from "../../scripts/wasm-size.ts";

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const TYPES = [1, 4, 1, 96, 0, 0];
// One imported function, "m"."f".
const IMPORTS = [2, 7, 1, 1, 109, 1, 102, 0, 0];
const FUNCTIONS = [3, 3, 2, 0, 0];
// Bodies of two and three bytes.
const CODE = [10, 8, 2, 2, 0, 11, 3, 0, 1, 11];

test("sections and functions have the sizes they take, the largest function first", () => {
  const { sections, functions } = readModule(
    Uint8Array.from([...HEADER, ...TYPES, ...IMPORTS, ...FUNCTIONS, ...CODE]),
  );
  assert.deepEqual(sections, [
    { name: "type", size: 4 },
    { name: "import", size: 7 },
    { name: "function", size: 3 },
    { name: "code", size: 8 },
  ]);
  assert.deepEqual(functions, [
    { name: "?", size: 3 },
    { name: "?", size: 2 },
  ]);
});

test("names count the imported functions", () => {
  // Function names: 0 is "f", the imported one, 1 is "a", 2 is "b".
  const names = [1, 10, 3, 0, 1, 102, 1, 1, 97, 2, 1, 98];
  const custom = [0, 5 + names.length, 4, 110, 97, 109, 101, ...names];
  const { sections, functions } = readModule(
    Uint8Array.from([...HEADER, ...TYPES, ...IMPORTS, ...FUNCTIONS, ...CODE, ...custom]),
  );
  assert.equal(sections.at(-1)?.name, "name");
  assert.deepEqual(
    functions.map(({ name }) => name),
    ["b", "a"],
  );
});
