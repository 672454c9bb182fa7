import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { objectAt, objectsAt, textAt } from "../../sandbox/json/value.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { summary, watch } from "./api-caller.ts";
import { configMap } from "./objects.ts";

const path = "/api/v1/namespaces/default/configmaps";
const reference = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name });

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ kubelet: false, bookmarkMs: 40, historyLimit: 20 });
});
after(() => sandbox.close());

test("without a resourceVersion a watch begins with what is there", async () => {
  sandbox.client.create(configMap("w1"));
  await using open = await watch(sandbox.url, path);
  assert.deepEqual((await open.take(1)).map(summary), ["ADDED w1"]);
  sandbox.client.patch(reference("w1"), "merge", { data: { a: "1" } });
  sandbox.client.delete(reference("w1"));
  assert.deepEqual((await open.take(2)).map(summary), ["MODIFIED w1", "DELETED w1"]);
});

test("from a resourceVersion a watch replays what came after it", async () => {
  const first = sandbox.client.create(configMap("r1"));
  sandbox.client.create(configMap("r2"));
  sandbox.client.delete(reference("r1"));
  await using open = await watch(sandbox.url, `${path}?resourceVersion=${first.metadata.resourceVersion}`);
  const events = await open.take(2);
  assert.deepEqual(events.map(summary), ["ADDED r2", "DELETED r1"]);
  const versions = events.map(({ object }) => Number(textAt(object, "metadata", "resourceVersion")));
  assert.ok((versions[0] ?? 0) < (versions[1] ?? 0), "a deletion has a revision of its own");
});

test("objects come into view and go out of it with their labels", async () => {
  sandbox.client.create(configMap("v1", { on: "no" }));
  const from = sandbox.store.revision;
  await using open = await watch(sandbox.url, `${path}?labelSelector=on%3Dyes&resourceVersion=${from}`);
  for (const on of ["yes", "yes", "no"]) {
    sandbox.client.patch(reference("v1"), "merge", {
      metadata: { labels: { on } },
      data: { on, at: String(sandbox.store.revision) },
    });
  }
  const events = await open.take(3);
  assert.deepEqual(events.map(summary), ["ADDED v1", "MODIFIED v1", "DELETED v1"]);
  assert.equal(
    textAt(events[2]?.object, "metadata", "labels", "on"),
    "yes",
    "the last state that was in view",
  );
});

test("what was never in view goes unseen", async () => {
  sandbox.client.create(configMap("u1", { on: "never" }));
  sandbox.client.create(configMap("u2", { on: "always" }));
  const from = sandbox.store.revision;
  await using open = await watch(sandbox.url, `${path}?labelSelector=on%3Dalways&resourceVersion=${from}`);
  sandbox.client.delete(reference("u1"));
  sandbox.client.delete(reference("u2"));
  assert.deepEqual((await open.take(1)).map(summary), ["DELETED u2"]);
});

test("a revision that the history does not reach is a 410 in an ERROR event", async () => {
  const from = sandbox.store.revision;
  for (let count = 0; count < 45; count += 1)
    sandbox.client.patch(reference("v1"), "merge", { data: { count: String(count) } });
  await using open = await watch(sandbox.url, `${path}?resourceVersion=${from}`);
  assert.equal(open.code, 200);
  const [event] = await open.ended();
  assert.equal(event?.type, "ERROR");
  assert.deepEqual([event.object["code"], event.object["reason"]], [410, "Expired"]);
});

test("compaction makes older revisions a 410 and newer ones not", async () => {
  const from = sandbox.store.revision;
  sandbox.client.create(configMap("c1"));
  sandbox.store.compact("configmaps");
  const now = sandbox.store.revision;
  await using old = await watch(sandbox.url, `${path}?resourceVersion=${from}`);
  assert.deepEqual((await old.ended()).map(summary), ["ERROR 410"]);
  await using current = await watch(sandbox.url, `${path}?resourceVersion=${now}`);
  sandbox.client.delete(reference("c1"));
  assert.deepEqual((await current.take(1)).map(summary), ["DELETED c1"]);
});

test("bookmarks come to those who ask and carry the latest revision", async () => {
  const from = sandbox.store.revision;
  await using asked = await watch(sandbox.url, `${path}?resourceVersion=${from}&allowWatchBookmarks=true`);
  sandbox.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "elsewhere" } });
  const [bookmark] = await asked.take(1);
  assert.equal(bookmark?.type, "BOOKMARK");
  assert.equal(textAt(bookmark.object, "metadata", "resourceVersion"), String(sandbox.store.revision));
});

test("sendInitialEvents ends the present state with a marked bookmark", async () => {
  await using open = await watch(
    sandbox.url,
    `${path}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
  );
  const count = sandbox.client.list("v1", "ConfigMap", "default").length;
  const events = await open.take(count + 1);
  assert.deepEqual([...new Set(events.slice(0, -1).map(({ type }) => type))], ["ADDED"]);
  const annotations = objectAt(events.at(-1)?.object, "metadata", "annotations");
  assert.equal(annotations["k8s.io/initial-events-end"], "true");
});

test("timeoutSeconds ends a watch cleanly", async () => {
  await using open = await watch(
    sandbox.url,
    `${path}?resourceVersion=${sandbox.store.revision}&timeoutSeconds=1`,
  );
  assert.deepEqual(await open.ended(), []);
});

describe("disturbances", () => {
  test("a cut ends the watch, a new one goes on from where it was", async () => {
    const from = sandbox.store.revision;
    await using open = await watch(sandbox.url, `${path}?resourceVersion=${from}`);
    sandbox.client.create(configMap("cut1"));
    await open.take(1);
    assert.equal(sandbox.watches.cut(/configmaps/), 1);
    await open.ended();
    sandbox.client.create(configMap("cut2"));
    await using again = await watch(sandbox.url, `${path}?resourceVersion=${from + 1}`);
    assert.deepEqual((await again.take(1)).map(summary), ["ADDED cut2"]);
  });

  test("a silent watch stays open and says nothing, not even bookmarks", async () => {
    const query = `resourceVersion=${sandbox.store.revision}&allowWatchBookmarks=true&timeoutSeconds=1`;
    await using open = await watch(sandbox.url, `${path}?${query}`);
    sandbox.watches.silence();
    sandbox.client.create(configMap("unheard"));
    assert.deepEqual(await open.ended(), []);
  });
});

test("table watches send the columns once", async () => {
  sandbox.client.create(configMap("t1"));
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  await using open = await watch(sandbox.url, `${path}?fieldSelector=metadata.name%3Dt1`, { accept });
  sandbox.client.patch(reference("t1"), "merge", { data: { more: "x" } });
  const [first, second] = await open.take(2);
  assert.equal(objectsAt(first?.object, "columnDefinitions").length, 3);
  assert.equal(objectsAt(second?.object, "columnDefinitions").length, 0);
  assert.deepEqual(objectsAt(second?.object, "rows")[0]?.["cells"], ["t1", 2, "0s"]);
});
