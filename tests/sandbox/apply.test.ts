import assert from "node:assert/strict";
import { test } from "node:test";
import { StatusError } from "../../sandbox/api/status-error.ts";
import { type Json, type JsonObject, objectAt, objectsAt } from "../../sandbox/json/value.ts";
import {
  type Writer,
  afterUpdate,
  encodeOwnerships,
  ownerships,
} from "../../sandbox/patch/managed-fields.ts";
import { builtinMergeRules } from "../../sandbox/patch/merge-rules.ts";
import { serverSideApply } from "../../sandbox/patch/server-side-apply.ts";

function applier(manager: string): Writer {
  return { manager, operation: "Apply", apiVersion: "v1", subresource: "" };
}

function apply(live: JsonObject | undefined, manager: string, spec: JsonObject, force = false): JsonObject {
  const body = { apiVersion: "v1", kind: "Thing", metadata: { name: "t" }, spec };
  const { object, owners } = serverSideApply(live, body, applier(manager), force, builtinMergeRules);
  return withOwners(object, encodeOwnerships(owners));
}

function update(live: JsonObject, manager: string, spec: JsonObject): JsonObject {
  const next = { ...live, spec };
  const writer = { manager, operation: "Update", apiVersion: "v1", subresource: "" } as const;
  return withOwners(next, encodeOwnerships(afterUpdate(live, next, writer, builtinMergeRules)));
}

function withOwners(object: JsonObject, managedFields: Json[]): JsonObject {
  return { ...object, metadata: { ...objectAt(object, "metadata"), managedFields } };
}

function managers(object: JsonObject): string[] {
  return ownerships(object).map(({ writer }) => `${writer.manager}/${writer.operation}`);
}

test("what a manager no longer applies is removed", () => {
  const first = apply(undefined, "a", { x: 1, y: { z: 2 } });
  const second = apply(first, "a", { x: 1 });
  assert.deepEqual(second["spec"], { x: 1 });
});

test("what another manager applies as well stays", () => {
  const both = apply(apply(undefined, "a", { x: 1, y: 2 }), "b", { y: 2 });
  assert.deepEqual(apply(both, "a", { x: 1 })["spec"], { x: 1, y: 2 });
});

test("changing another's field is a conflict that names owner and field", () => {
  const live = apply(undefined, "a", { list: { x: 1 } });
  assert.throws(
    () => apply(live, "b", { list: { x: 2 } }),
    (error: unknown) =>
      error instanceof StatusError &&
      error.code === 409 &&
      /conflict with "a": \.spec\.list\.x/.test(error.message),
  );
});

test("force takes the field over", () => {
  const live = apply(undefined, "a", { x: 1, y: 1 });
  const taken = apply(live, "b", { x: 2 }, true);
  assert.deepEqual(taken["spec"], { x: 2, y: 1 });
  assert.deepEqual(apply(taken, "a", {})["spec"], { x: 2 }, "a owned only y any more");
});

test("an update takes fields over and an apply of the same value shares them", () => {
  const live = update(apply(undefined, "a", { x: 1 }), "editor", { x: 5 });
  assert.deepEqual(managers(live), ["editor/Update"]);
  assert.throws(() => apply(live, "a", { x: 1 }), /conflict with "editor" using v1/);
  const shared = apply(live, "a", { x: 5 });
  assert.deepEqual(managers(shared), ["editor/Update", "a/Apply"]);
});

test("an update that only removes takes nothing over", () => {
  const live = apply(undefined, "a", { map: { x: 1, y: 2 } });
  const smaller = update(live, "editor", { map: { x: 1 } });
  assert.deepEqual(managers(smaller), ["a/Apply"]);
  assert.deepEqual(apply(smaller, "a", { map: { x: 3 } })["spec"], { map: { x: 3 } });
});

test("lists with keys merge, elements go with their owner", () => {
  const first = apply(undefined, "a", { containers: [{ name: "one", image: "1" }] });
  const second = apply(first, "b", { containers: [{ name: "two", image: "2" }] });
  assert.deepEqual(second["spec"], {
    containers: [
      { name: "one", image: "1" },
      { name: "two", image: "2" },
    ],
  });
  assert.deepEqual(apply(second, "a", {})["spec"], { containers: [{ name: "two", image: "2" }] });
});

test("atomic objects belong to one manager as a whole", () => {
  const live = apply(undefined, "a", { selector: { x: "1" } });
  assert.throws(() => apply(live, "b", { selector: { y: "2" } }), /conflict with "a": \.spec\.selector/);
  assert.deepEqual(apply(live, "b", { selector: { y: "2" } }, true)["spec"], { selector: { y: "2" } });
});

test("lists without keys belong to one manager as a whole", () => {
  const live = apply(undefined, "a", { list: [1, 2] });
  assert.deepEqual(apply(live, "a", { list: [3] })["spec"], { list: [3] });
  assert.throws(() => apply(live, "b", { list: [4] }), StatusError);
});

test("applying the same again changes nothing, not even a time", () => {
  const live = apply(undefined, "a", { x: 1, containers: [{ name: "one", image: "1" }] });
  for (const owner of objectsAt(live, "metadata", "managedFields")) owner["time"] = "2020-01-01T00:00:00Z";
  assert.deepEqual(apply(live, "a", { x: 1, containers: [{ name: "one", image: "1" }] }), live);
});
