import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiClient } from "../../../controller/k8s/client.ts";
import { controllerRevisions, pods, resourcePath } from "../../../controller/k8s/resource.ts";
import { answer, ScriptedServer } from "./scripted-server.ts";

test("list gives the objects of one namespace that a query selects", async (t) => {
  const server = await ScriptedServer.start();
  const client = new ApiClient(server.access);
  t.after(async () => {
    client.close();
    await server.stop();
  });
  const query = { labelSelector: "kruise.io/sidecarset-name=log" };
  const listed = client.list(controllerRevisions, query, { namespace: "kruise-system" });
  const arrival = await server.next();
  assert.equal(arrival.path, "/apis/apps/v1/namespaces/kruise-system/controllerrevisions");
  assert.equal(arrival.query.get("labelSelector"), "kruise.io/sidecarset-name=log");
  answer(arrival, { items: [{ metadata: { name: "log-1" } }, { metadata: { name: "log-2" } }] });
  assert.deepEqual(await listed, [{ metadata: { name: "log-1" } }, { metadata: { name: "log-2" } }]);
});

test("names are escaped in paths, and a namespaced object without its namespace is refused", () => {
  assert.equal(resourcePath(pods, { namespace: "a/b", name: "c?d" }), "/api/v1/namespaces/a%2Fb/pods/c%3Fd");
  assert.throws(() => resourcePath(pods, { name: "web" }), { message: "pods web: expected a namespace" });
});
