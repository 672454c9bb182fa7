import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Json, type JsonObject, copy, objectAt, objectsAt } from "../../sandbox/json/value.ts";
import { describeFieldError } from "../../sandbox/schema/field-error.ts";
import { jsonPath } from "../../sandbox/schema/json-path.ts";
import { readSchema } from "../../sandbox/schema/schema.ts";
import { fillDefaults, prune } from "../../sandbox/schema/structural.ts";
import { validateSchema } from "../../sandbox/schema/validate.ts";
import { widget, widgetDefinition } from "./objects.ts";

const [version] = objectsAt(widgetDefinition(), "spec", "versions");
const schema = readSchema(objectAt(version, "schema", "openAPIV3Schema"));

const valid: readonly JsonObject[] = [
  { size: 1 },
  { size: 10, colour: "blue", name: "abcde", limit: "50%", tags: [], labels: { a: "b" }, note: null },
  { size: 5, limit: 3, free: { anything: [1, { goes: null }] } },
];

const invalid: readonly [spec: Json, errors: readonly string[]][] = [
  [{}, ["spec.size: Required value"]],
  [{ size: 0 }, ["spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"]],
  [{ size: 11 }, ["spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10"]],
  [
    { size: 1.5 },
    ['spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"'],
  ],
  [
    { size: "1" },
    ['spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'],
  ],
  [{ size: null }, ['spec.size: Invalid value: "null": spec.size in body must be of type integer: "null"']],
  [
    { size: 1, colour: "green" },
    ['spec.colour: Unsupported value: "green": supported values: "red", "blue"'],
  ],
  [{ size: 1, name: "A" }, [`spec.name: Invalid value: "A": spec.name in body should match '^[a-z]+$'`]],
  [
    { size: 1, name: "abcdef" },
    ['spec.name: Invalid value: "abcdef": spec.name in body should be at most 5 chars long'],
  ],
  [
    { size: 1, limit: true },
    ['spec.limit: Invalid value: "boolean": spec.limit in body must be of type integer,string: "boolean"'],
  ],
  [
    { size: 1, labels: { a: 1 } },
    ['spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"'],
  ],
  [
    { size: 1, tags: ["a", 1] },
    ['spec.tags[1]: Invalid value: "integer": spec.tags[1] in body must be of type string: "integer"'],
  ],
  [{ size: 1, parts: [{ name: "a" }, { name: "a" }] }, ['spec.parts[1]: Duplicate value: {"name":"a"}']],
  [{ size: 1, parts: [{}] }, ["spec.parts[0].name: Required value"]],
  [
    { size: 1, parts: ["a", "b", "c", "d"].map((name) => ({ name })) },
    ["spec.parts: Invalid value: 4: spec.parts in body should have at most 3 items"],
  ],
  [[], ['spec: Invalid value: "array": spec in body must be of type object: "array"']],
];

describe("validation", () => {
  for (const spec of valid) {
    test(`accepts ${JSON.stringify(spec)}`, () => {
      assert.deepEqual(validateSchema(widget("w", spec), schema), []);
    });
  }
  for (const [spec, errors] of invalid) {
    test(`refuses ${JSON.stringify(spec)}`, () => {
      const found = validateSchema({ ...widget("w", {}), spec }, schema);
      assert.deepEqual(found.map(describeFieldError), errors);
    });
  }
});

test("pruning removes what is unknown, and only that", () => {
  const object = {
    ...widget("w", {
      size: 1,
      free: { kept: 1 },
      parts: [{ name: "a", odd: 1 }],
      labels: { any: "x" },
      odd: { a: 1 },
    }),
    extra: true,
  };
  assert.deepEqual(prune(object, schema).sort(), ["extra", "spec.odd", "spec.parts[0].odd"]);
  assert.deepEqual(
    object,
    widget("w", { size: 1, free: { kept: 1 }, parts: [{ name: "a" }], labels: { any: "x" } }),
  );
});

test("defaults fill what is missing at every depth, and nulls that may not be", () => {
  const object = widget("w", {
    size: 1,
    colour: null,
    note: null,
    parts: [{ name: "a" }, { name: "b", weight: 7 }],
  });
  fillDefaults(object, schema);
  const spec = {
    size: 1,
    colour: "red",
    note: null,
    parts: [
      { name: "a", weight: 1 },
      { name: "b", weight: 7 },
    ],
  };
  assert.deepEqual(object, widget("w", spec));
  const again = copy(object);
  fillDefaults(again, schema);
  assert.deepEqual(again, object, "filling in again changes nothing");
});

test("defaults are not shared between objects", () => {
  const withObject = readSchema({ type: "object", properties: { a: { type: "object", default: { b: 1 } } } });
  const [first, second]: [JsonObject, JsonObject] = [{}, {}];
  fillDefaults(first, withObject);
  fillDefaults(second, withObject);
  objectAt(first, "a")["b"] = 2;
  assert.deepEqual(second, { a: { b: 1 } });
});

const document: Json = {
  spec: {
    a: 1,
    "b.c/d": "x",
    list: [
      { type: "Ready", status: "True" },
      { type: "Other", status: "False" },
    ],
  },
};
const paths: readonly [path: string, values: Json[]][] = [
  [".spec.a", [1]],
  [".spec.missing", []],
  [".spec.a.b", []],
  [String.raw`.spec.b\.c/d`, ["x"]],
  [".spec['b.c/d']", ["x"]],
  [".spec.list[1].status", ["False"]],
  [".spec.list[*].type", ["Ready", "Other"]],
  ['.spec.list[?(@.type=="Ready")].status', ["True"]],
  [".spec.list[?(@.type!='Ready')].status", ["False"]],
];

for (const [path, values] of paths) {
  test(`JSONPath ${path}`, () => {
    assert.deepEqual(jsonPath(path)(document), values);
  });
}
