import assert from "node:assert/strict";
import { test } from "node:test";
import { type LiveSettings, readLiveSettings } from "../../../controller/core/settings.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { makePod } from "../model/make-pod.ts";
import { SettingsConfirmation } from "../../../controller/shell/settings-confirmation.ts";

const policy = {
  metadata: { name: "injection", uid: "1", resourceVersion: "1" },
  spec: { policyServer: "one" },
};
const { signal } = new AbortController();

/** Settings with these images by set. */
function settings(images: Readonly<Record<string, string>>) {
  return {
    sidecarSets: Object.entries(images).map(([name, image]) => ({ metadata: { name }, spec: { image } })),
  };
}

/** A PolicyServer whose ConfigMap holds settings and whose Deployment has come so far with them. */
class Server {
  images: Readonly<Record<string, string>> = {};
  isRolledOut = true;
  /** What the last look has answered. */
  nextLookMs: number | undefined;
  recalled: LiveSettings | undefined;
  keeps = true;
  readonly pods = new Map<string, Pod>();
  readonly clock = new FakeClock();
  readonly confirmation = new SettingsConfirmation({
    client: {
      get: ({ plural }) => Promise.resolve(plural === "configmaps" ? this.#configMap() : this.#deployment()),
    },
    pods: this.pods,
    namespace: "kubewarden",
    kept: {
      recall: () => Promise.resolve(this.recalled),
      keep: () => Promise.resolve(this.keeps),
    },
    clock: this.clock,
  });

  /** Looks with these settings in the policy; answers which sets are said to run with them. */
  async look(images: Readonly<Record<string, string>>): Promise<string> {
    const live = readLiveSettings(settings(images));
    this.nextLookMs = await this.confirmation.look(policy, live, signal);
    return [...live.entries]
      .filter(([set, entry]) => this.confirmation.confirm(set, entry).kind === "running")
      .map(([set]) => set)
      .join();
  }

  #configMap() {
    const policies = { "clusterwide-injection": { settings: settings(this.images) } };
    return { metadata: { resourceVersion: "5" }, data: { "policies.yml": JSON.stringify(policies) } };
  }

  #deployment() {
    const done = this.isRolledOut ? 1 : 0;
    return {
      metadata: { generation: 1, annotations: { "kubewarden/config-version": "5" } },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: done },
    };
  }
}

test("during a rollout only what both settings have in common is sure", async () => {
  const server = new Server();
  server.images = { a: "1", b: "1" };
  assert.equal(await server.look({ a: "1", b: "1" }), "a,b");
  server.images = { a: "2", b: "1" };
  server.isRolledOut = false;
  assert.equal(await server.look({ a: "2", b: "1" }), "b");
  server.isRolledOut = true;
  assert.equal(await server.look({ a: "2", b: "1" }), "a,b");
});

test("settings that come back before the others were confirmed have to be confirmed anew", async () => {
  const server = new Server();
  server.images = { a: "1" };
  assert.equal(await server.look({ a: "1" }), "a");
  server.images = { a: "2" };
  server.isRolledOut = false;
  assert.equal(await server.look({ a: "2" }), "");
  server.images = { a: "1" };
  assert.equal(await server.look({ a: "1" }), "", "servers with the image between may still answer");
  server.isRolledOut = true;
  assert.equal(await server.look({ a: "1" }), "a");
});

test("settings that were written and not seen again count as being on their way", async () => {
  const server = new Server();
  server.images = { a: "1" };
  assert.equal(await server.look({ a: "1" }), "a");
  server.confirmation.expect(readLiveSettings(settings({ a: "2" })).list);
  server.isRolledOut = false;
  assert.equal(await server.look({ a: "1" }), "");
});

test("a server that runs with earlier settings confirms what these have in common with the present ones", async () => {
  const server = new Server();
  server.images = { a: "1", b: "1" };
  assert.equal(await server.look({ a: "1", b: "2" }), "a");
});

test("a rollout that is complete gives what former Pods have in common with it, until these are gone", async () => {
  const server = new Server();
  server.images = { a: "1", b: "1" };
  assert.equal(await server.look({ a: "1", b: "1" }), "a,b");
  server.images = { a: "2", b: "1" };
  const labels = { "kubewarden/policy-server": "one", "kubewarden/config-version": "4" };
  const deletionTimestamp = server.clock.now() + 30_000;
  server.pods.set("former", makePod({ namespace: "kubewarden", name: "former", labels, deletionTimestamp }));
  assert.equal(await server.look({ a: "2", b: "1" }), "b");
  const { confirmation } = server;
  const rolling = {
    kind: "rolling",
    server: "one",
    why: "its Pod former with former settings may still answer",
  };
  assert.deepEqual(confirmation.state, rolling);
  assert.equal(confirmation.running?.entries.get("a")?.includes('"2"'), true, "it has started with them");
  server.pods.clear();
  assert.equal(await server.look({ a: "2", b: "1" }), "a,b");
  assert.equal(server.nextLookMs, undefined);
});

test("a former Pod that does not end holds nobody up for good, and is told of until it is gone", async () => {
  const server = new Server();
  server.images = { a: "1" };
  const labels = { "kubewarden/policy-server": "one", "kubewarden/config-version": "4" };
  const deletionTimestamp = server.clock.now() + 30_000;
  server.pods.set("former", makePod({ namespace: "kubewarden", name: "former", labels, deletionTimestamp }));
  assert.equal(await server.look({ a: "1" }), "");
  server.clock.advance(90_000);
  assert.equal(await server.look({ a: "1" }), "a");
  const entry = readLiveSettings(settings({ a: "1" })).entries.get("a") ?? "";
  assert.deepEqual(server.confirmation.confirm("a", entry), { kind: "running", overdue: ["former"] });
  assert.equal(server.confirmation.state.kind, "settled");
  assert.equal(server.nextLookMs, 30_000);
  server.pods.clear();
  assert.equal(await server.look({ a: "1" }), "a");
  assert.deepEqual(server.confirmation.confirm("a", entry), { kind: "running", overdue: [] });
  assert.equal(server.nextLookMs, undefined);
});

test("what an earlier process saw running counts for going back, and confirms nothing", async () => {
  const server = new Server();
  server.images = { a: "2" };
  server.isRolledOut = false;
  server.recalled = readLiveSettings(settings({ a: "1" }));
  assert.equal(await server.look({ a: "2" }), "");
  assert.equal(server.confirmation.running, server.recalled);
});

test("settings that run and could not be kept are tried to be kept again later, and are confirmed all the same", async () => {
  const server = new Server();
  server.images = { a: "1" };
  server.keeps = false;
  assert.equal(await server.look({ a: "1" }), "a");
  assert.equal(server.nextLookMs, 30_000);
  server.keeps = true;
  await server.look({ a: "1" });
  assert.equal(server.nextLookMs, undefined);
});
