import assert from "node:assert/strict";
import { test } from "node:test";
import { type KubeObject, kubeObject } from "../../sandbox/store/object.ts";
import { Store } from "../../sandbox/store/store.ts";

function object(name: string, namespace?: string): KubeObject {
  return kubeObject({
    apiVersion: "v1",
    kind: "Thing",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  });
}

test("every change has a revision of its own, whatever it changes", () => {
  const store = new Store();
  const revisions = [
    store.put("a", object("x")),
    store.put("b", object("x")),
    store.put("a", object("x")),
    store.remove("a", object("x")),
  ].map(({ metadata }) => Number(metadata.resourceVersion));
  assert.deepEqual(
    revisions,
    [...new Set(revisions)].sort((left, right) => left - right),
  );
  assert.equal(revisions.at(-1), store.revision);
});

test("lists are in the order of namespace, then name", () => {
  const store = new Store();
  for (const [namespace, name] of [
    ["b", "a"],
    ["a-b", "a"],
    ["a", "b"],
    ["a", "a.c"],
    ["a", "a"],
  ] as const) {
    store.put("things", object(name, namespace));
  }
  const listed = store.list("things").map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
  assert.deepEqual(listed, ["a/a", "a/a.c", "a/b", "a-b/a", "b/a"]);
});

test("a listener that writes is heard after everyone has heard of the cause", () => {
  const store = new Store();
  const heard: string[] = [];
  store.listen("things", ({ object }) => {
    if (object.metadata.name === "cause") store.put("things", object2);
  });
  store.listen("things", ({ object }) => void heard.push(object.metadata.name));
  store.listenToAll(({ object }) => void heard.push(`all ${object.metadata.name}`));
  const object2 = object("effect");
  store.put("things", object("cause"));
  assert.deepEqual(heard, ["cause", "all cause", "effect", "all effect"]);
});

test("a listener can end its own listening", () => {
  const store = new Store();
  let count = 0;
  const stop = store.listen("things", () => {
    count += 1;
    stop();
  });
  store.put("things", object("a"));
  store.put("things", object("b"));
  assert.equal(count, 1);
});

test("the history reaches back as far as the limit, and not for ever", () => {
  const store = new Store(10);
  const first = store.revision;
  for (let count = 0; count < 10; count += 1) store.put("things", object("a"));
  assert.equal(store.changesAfter("things", first)?.length, 10);
  for (let count = 0; count < 30; count += 1) store.put("things", object("a"));
  assert.equal(store.changesAfter("things", first), undefined);
  assert.equal(store.changesAfter("things", store.revision - 10)?.length, 10);
  assert.deepEqual(store.changesAfter("others", first), [], "other resources keep their own history");
});
