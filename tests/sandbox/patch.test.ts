import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { StatusError } from "../../sandbox/api/status-error.ts";
import { type Json, type JsonObject, copy, equal, objectAt, parseJson } from "../../sandbox/json/value.ts";
import { applyJsonPatch } from "../../sandbox/patch/json-patch.ts";
import { applyMergePatch } from "../../sandbox/patch/merge-patch.ts";
import { builtinMergeRules } from "../../sandbox/patch/merge-rules.ts";
import { applyStrategicMergePatch } from "../../sandbox/patch/strategic-merge.ts";

interface Case {
  readonly name: string;
  readonly before: JsonObject;
  readonly patch: Json;
  /** Absent when the patch is refused. */
  readonly after?: JsonObject;
}

const jsonCases: readonly Case[] = [
  { name: "add", before: {}, patch: [{ op: "add", path: "/a", value: 1 }], after: { a: 1 } },
  {
    name: "add in a list",
    before: { a: [1, 3] },
    patch: [{ op: "add", path: "/a/1", value: 2 }],
    after: { a: [1, 2, 3] },
  },
  {
    name: "add at the end",
    before: { a: [1] },
    patch: [{ op: "add", path: "/a/-", value: 2 }],
    after: { a: [1, 2] },
  },
  { name: "add past the end", before: { a: [1] }, patch: [{ op: "add", path: "/a/3", value: 2 }] },
  {
    name: "replace",
    before: { a: 1 },
    patch: [{ op: "replace", path: "/a", value: null }],
    after: { a: null },
  },
  { name: "replace what is missing", before: {}, patch: [{ op: "replace", path: "/a", value: 1 }] },
  { name: "remove", before: { a: 1, b: 2 }, patch: [{ op: "remove", path: "/a" }], after: { b: 2 } },
  { name: "remove what is missing", before: {}, patch: [{ op: "remove", path: "/a" }] },
  { name: "escapes", before: { "a/b~": 1 }, patch: [{ op: "remove", path: "/a~1b~0" }], after: {} },
  { name: "move", before: { a: 1 }, patch: [{ op: "move", from: "/a", path: "/b" }], after: { b: 1 } },
  {
    name: "copy",
    before: { a: [1] },
    patch: [{ op: "copy", from: "/a", path: "/b" }],
    after: { a: [1], b: [1] },
  },
  {
    name: "passing test",
    before: { a: { b: 1 } },
    patch: [{ op: "test", path: "/a", value: { b: 1 } }],
    after: { a: { b: 1 } },
  },
  { name: "failing test", before: { a: 1 }, patch: [{ op: "test", path: "/a", value: 2 }] },
  {
    name: "whole document",
    before: { a: 1 },
    patch: [{ op: "replace", path: "", value: { b: 2 } }],
    after: { b: 2 },
  },
  { name: "leading zero", before: { a: [1, 2] }, patch: [{ op: "remove", path: "/a/01" }] },
  { name: "unknown operation", before: {}, patch: [{ op: "merge", path: "/a" }] },
  { name: "no list", before: {}, patch: { op: "add" } },
];

const mergeCases: readonly Case[] = [
  {
    name: "sets, replaces and removes",
    before: { a: 1, b: { c: 1, d: 2 } },
    patch: { a: null, b: { c: 3 } },
    after: { b: { c: 3, d: 2 } },
  },
  { name: "lists are replaced", before: { a: [1, 2] }, patch: { a: [3] }, after: { a: [3] } },
  { name: "null in a new object", before: {}, patch: { a: { b: null, c: 1 } }, after: { a: { c: 1 } } },
  { name: "an object replaces a scalar", before: { a: 1 }, patch: { a: { b: 1 } }, after: { a: { b: 1 } } },
];

const containers = (...list: JsonObject[]): JsonObject => ({ spec: { containers: list } });

const strategicCases: readonly Case[] = [
  {
    name: "containers merge by name and keep their place",
    before: containers({ name: "a", image: "a:1" }, { name: "b", image: "b:1" }),
    patch: containers({ name: "b", image: "b:2" }),
    after: containers({ name: "a", image: "a:1" }, { name: "b", image: "b:2" }),
  },
  {
    name: "a new container goes first",
    before: containers({ name: "a", image: "a:1" }),
    patch: containers({ name: "b", image: "b:1" }),
    after: containers({ name: "b", image: "b:1" }, { name: "a", image: "a:1" }),
  },
  {
    name: "env merges by name, command does not merge",
    before: containers({ name: "a", env: [{ name: "X", value: "1" }], command: ["x", "y"] }),
    patch: containers({ name: "a", env: [{ name: "Y", value: "2" }], command: ["z"] }),
    after: containers({
      name: "a",
      env: [
        { name: "Y", value: "2" },
        { name: "X", value: "1" },
      ],
      command: ["z"],
    }),
  },
  {
    name: "$patch: delete removes an element",
    before: containers({ name: "a" }, { name: "b" }),
    patch: containers({ name: "a", $patch: "delete" }),
    after: containers({ name: "b" }),
  },
  {
    name: "$patch: replace replaces a list",
    before: containers({ name: "a" }, { name: "b" }),
    patch: containers({ $patch: "replace" }, { name: "c" }),
    after: containers({ name: "c" }),
  },
  {
    name: "$patch: replace replaces an object",
    before: { metadata: { labels: { a: "1" } } },
    patch: { metadata: { labels: { $patch: "replace", b: "2" } } },
    after: { metadata: { labels: { b: "2" } } },
  },
  {
    name: "$retainKeys drops the others",
    before: { spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] } },
    patch: { spec: { volumes: [{ name: "v", emptyDir: {}, $retainKeys: ["name", "emptyDir"] }] } },
    after: { spec: { volumes: [{ name: "v", emptyDir: {} }] } },
  },
  {
    name: "$deleteFromPrimitiveList removes from a set",
    before: { metadata: { finalizers: ["a", "b"] } },
    patch: { metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] } },
    after: { metadata: { finalizers: ["b"] } },
  },
  {
    name: "$setElementOrder orders",
    before: containers({ name: "a" }, { name: "b" }),
    patch: {
      spec: {
        "$setElementOrder/containers": [{ name: "c" }, { name: "b" }, { name: "a" }],
        containers: [{ name: "c" }],
      },
    },
    after: containers({ name: "c" }, { name: "b" }, { name: "a" }),
  },
  {
    name: "elements that the patch does not name keep their place among those it does",
    before: containers({ name: "a" }, { name: "b" }, { name: "c" }, { name: "d" }),
    patch: containers({ name: "d", image: "x" }, { name: "b", image: "y" }),
    after: containers({ name: "a" }, { name: "c" }, { name: "d", image: "x" }, { name: "b", image: "y" }),
  },
  {
    name: "containerStatuses has no merge key",
    before: { status: { containerStatuses: [{ name: "a" }, { name: "b" }] } },
    patch: { status: { containerStatuses: [{ name: "a", ready: true }] } },
    after: { status: { containerStatuses: [{ name: "a", ready: true }] } },
  },
  {
    name: "conditions merge by type",
    before: { status: { conditions: [{ type: "Ready", status: "False", reason: "x" }] } },
    patch: {
      status: {
        conditions: [
          { type: "Ready", status: "True", reason: null },
          { type: "Gate", status: "True" },
        ],
      },
    },
    after: {
      status: {
        conditions: [
          { type: "Ready", status: "True" },
          { type: "Gate", status: "True" },
        ],
      },
    },
  },
  {
    name: "ports of containers and of services have different keys",
    before: {
      spec: {
        ports: [{ port: 80, targetPort: 1 }],
        containers: [{ name: "a", ports: [{ containerPort: 1 }] }],
      },
    },
    patch: {
      spec: {
        ports: [{ port: 80, name: "x" }],
        containers: [{ name: "a", ports: [{ containerPort: 1, name: "y" }] }],
      },
    },
    after: {
      spec: {
        ports: [{ port: 80, targetPort: 1, name: "x" }],
        containers: [{ name: "a", ports: [{ containerPort: 1, name: "y" }] }],
      },
    },
  },
  {
    name: "an element without its merge key",
    before: containers({ name: "a" }),
    patch: containers({ image: "x" }),
  },
  { name: "an unknown directive", before: {}, patch: { metadata: { $patch: "append" } } },
];

const kinds: readonly [string, readonly Case[], (document: JsonObject, patch: Json) => JsonObject][] = [
  ["json patch", jsonCases, applyJsonPatch],
  ["merge patch", mergeCases, (document, patch) => applyMergePatch(document, objectAt(patch))],
  [
    "strategic merge patch",
    strategicCases,
    (document, patch) => applyStrategicMergePatch(document, objectAt(patch), builtinMergeRules),
  ],
];

for (const [kind, cases, apply] of kinds) {
  describe(kind, () => {
    for (const { name, before, patch, after } of cases) {
      test(after === undefined ? `${name} is refused` : name, () => {
        const untouched = copy(before);
        if (after === undefined) assert.throws(() => apply(before, patch), StatusError);
        else assert.deepEqual(apply(before, patch), after);
        assert.deepEqual(before, untouched, "the document is not changed in place");
      });
    }
  });
}

const value = fc.jsonValue({ maxDepth: 3 }).map((any) => parseJson(JSON.stringify(any)));
const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom("a", "b", "c"), value);

test("a merge patch applied twice is applied once", () => {
  fc.assert(
    fc.property(jsonObject, jsonObject, (document, patch) => {
      const once = applyMergePatch(document, patch);
      return equal(applyMergePatch(once, patch), once);
    }),
    { numRuns: 300 },
  );
});

test("a strategic merge patch without lists and directives is a merge patch", () => {
  const { plain } = fc.letrec<{ plain: JsonObject; member: Json }>((tie) => ({
    member: fc.oneof(fc.integer(), fc.constant(null), tie("plain")),
    plain: fc.dictionary(fc.constantFrom("a", "b"), tie("member")),
  }));
  fc.assert(
    fc.property(jsonObject, plain, (document, patch) =>
      equal(applyStrategicMergePatch(document, patch, builtinMergeRules), applyMergePatch(document, patch)),
    ),
    { numRuns: 300 },
  );
});
