import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inClusterAccess, isInCluster } from "../../../controller/k8s/in-cluster.ts";
import { loadAccess } from "../../../controller/k8s/kubeconfig.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";

async function folder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "access-"));
  t.after(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

const inPod = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };

test("in a cluster: server from the environment, certificate, namespace and token from the service account", async (t) => {
  const path = await folder(t, { "ca.crt": "PEM", namespace: "sidecarset-system\n", token: "t1\n" });
  const access = await inClusterAccess(inPod, new FakeClock(), path);
  assert.equal(access.server.href, "https://[fd00::1]:6443/");
  assert.equal(String(access.tls.ca), "PEM");
  assert.equal(access.namespace, "sidecarset-system");
  assert.deepEqual(await access.authorization(false), { authorization: "Bearer t1" });
});

test("in a cluster: the token file is read again after a minute, or when the server refused the token", async (t) => {
  const path = await folder(t, { "ca.crt": "PEM", token: "t1" });
  const clock = new FakeClock();
  const access = await inClusterAccess(inPod, clock, path);
  await writeFile(join(path, "token"), "t2");
  clock.advance(59_999);
  assert.deepEqual(await access.authorization(false), { authorization: "Bearer t1" });
  clock.advance(1);
  assert.deepEqual(await access.authorization(false), { authorization: "Bearer t2" });
  await writeFile(join(path, "token"), "t3");
  assert.deepEqual(await access.authorization(true), { authorization: "Bearer t3" });
  assert.equal(access.namespace, "default");
});

test("a process is in a cluster when the kubelet says so", () => {
  assert.equal(isInCluster(inPod), true);
  assert.equal(isInCluster({}), false);
});

const kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  "current-context": "one",
  clusters: [
    {
      name: "c1",
      cluster: {
        server: "https://one.example:6443",
        "certificate-authority-data": Buffer.from("CA").toString("base64"),
      },
    },
    { name: "c2", cluster: { server: "https://two.example", "insecure-skip-tls-verify": true } },
  ],
  users: [
    { name: "token", user: { token: "abc" } },
    {
      name: "certificate",
      user: {
        "client-certificate-data": Buffer.from("CERT").toString("base64"),
        "client-key-data": Buffer.from("KEY").toString("base64"),
      },
    },
    {
      name: "exec",
      user: {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          command: process.execPath,
          args: [
            "-e",
            'console.log(JSON.stringify({kind:"ExecCredential",apiVersion:"client.authentication.k8s.io/v1",status:{token:"from-"+"plugin"}}))',
          ],
        },
      },
    },
  ],
  contexts: [
    { name: "one", context: { cluster: "c1", user: "token", namespace: "shop" } },
    { name: "two", context: { cluster: "c2", user: "certificate" } },
    { name: "three", context: { cluster: "c1", user: "exec" } },
    { name: "broken", context: { cluster: "nowhere", user: "token" } },
  ],
};

test("a kubeconfig gives server, certificates and credentials of its context", async (t) => {
  const path = join(await folder(t, { config: JSON.stringify(kubeconfig) }), "config");
  const load = (context?: string) =>
    loadAccess({ kubeconfig: path, ...(context !== undefined && { context }) }, inPod, new FakeClock());

  const one = await load();
  assert.equal(one.server.href, "https://one.example:6443/");
  assert.equal(String(one.tls.ca), "CA");
  assert.equal(one.namespace, "shop");
  assert.deepEqual(await one.authorization(false), { authorization: "Bearer abc" });

  const two = await load("two");
  assert.equal(two.tls.rejectUnauthorized, false);
  assert.equal(String(two.tls.cert), "CERT");
  assert.equal(String(two.tls.key), "KEY");
  assert.equal(two.namespace, "default");
  assert.deepEqual(await two.authorization(false), {});

  const three = await load("three");
  assert.deepEqual(await three.authorization(true), { authorization: "Bearer from-plugin" });

  await assert.rejects(load("broken"), /context "broken" names no cluster/);
});
