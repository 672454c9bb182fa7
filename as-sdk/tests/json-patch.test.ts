import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { jsonPatch, type JsonPatchOperation } from "@kubewarden/as-sdk/host";

const cases: [what: string, before: unknown, after: unknown, patch: JsonPatchOperation[]][] = [
  ["nothing", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
  ["key order is no difference", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ["null is a value", { a: null }, {}, [{ op: "remove", path: "/a" }]],
  [
    "adds and replaces come in key order, removes after them",
    { z: 1, a: 1, gone: 1, also: 1 },
    { z: 2, b: 1, a: 1 },
    [
      { op: "add", path: "/b", value: 1 },
      { op: "replace", path: "/z", value: 2 },
      { op: "remove", path: "/also" },
      { op: "remove", path: "/gone" },
    ],
  ],
  [
    "an appended element is one add at its index",
    { c: [{ n: 1 }] },
    { c: [{ n: 1 }, { n: 2 }, { n: 3 }] },
    [
      { op: "add", path: "/c/1", value: { n: 2 } },
      { op: "add", path: "/c/2", value: { n: 3 } },
    ],
  ],
  [
    "a prepended element rewrites what is behind it",
    [{ n: 1, x: 1 }],
    [{ n: 0 }, { n: 1, x: 1 }],
    [
      { op: "replace", path: "/0/n", value: 0 },
      { op: "remove", path: "/0/x" },
      { op: "add", path: "/1", value: { n: 1, x: 1 } },
    ],
  ],
  [
    "removed elements all leave from one index",
    [1, 2, 3],
    [1],
    [
      { op: "remove", path: "/1" },
      { op: "remove", path: "/1" },
    ],
  ],
  ["another type replaces", { a: [] }, { a: {} }, [{ op: "replace", path: "/a", value: {} }]],
  ["a null replaces", { a: {} }, { a: null }, [{ op: "replace", path: "/a", value: null }]],
  ["the root", 1, [], [{ op: "replace", path: "", value: [] }]],
  ["pointers escape", { "a/b~c": 1 }, { "a/b~c": 2 }, [{ op: "replace", path: "/a~1b~0c", value: 2 }]],
  ["inherited names are keys", {}, { toString: 1 }, [{ op: "add", path: "/toString", value: 1 }]],
];

for (const [what, before, after, patch] of cases) {
  test(`jsonPatch: ${what}`, () => assert.deepEqual(jsonPatch(before, after), patch));
}

test("jsonPatch: applying the patch to the one gives the other", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, value, (before, after) => {
      const document = { root: structuredClone(before) };
      for (const operation of jsonPatch({ root: before }, { root: after })) apply(document, operation);
      assert.deepEqual(normal(document), normal({ root: after }));
    }),
    { numRuns: 500 },
  );
});

function apply(document: object, operation: JsonPatchOperation): void {
  const steps = operation.path.split("/").slice(1);
  const names = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop() ?? "";
  let parent = document;
  for (const name of names) {
    const child: unknown = Reflect.get(parent, name);
    assert.ok(typeof child === "object" && child !== null, operation.path);
    parent = child;
  }
  if (Array.isArray(parent)) {
    if (operation.op === "add") parent.splice(Number(last), 0, operation.value);
    else if (operation.op === "remove") parent.splice(Number(last), 1);
    else parent[Number(last)] = operation.value;
  } else if (operation.op === "remove") Reflect.deleteProperty(parent, last);
  else
    Object.defineProperty(parent, last, {
      value: operation.value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}

// -0 and objects without a prototype are differences of JavaScript, not of JSON.
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
