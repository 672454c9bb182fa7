import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../controller/k8s/api-error.ts";
import { Store } from "../../../controller/k8s/store.ts";
import type { JsonObject } from "../../../controller/model/json.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { silentLogger } from "../../../controller/observability/logger.ts";
import { FakeClock } from "../../../controller/runtime/fake-clock.ts";
import { WorkQueue } from "../../../controller/runtime/work-queue.ts";
import { StatusWriter } from "../../../controller/shell/status-writer.ts";
import { makeSet } from "../core/make-rollout.ts";

const signal = new AbortController().signal;
const counters = { matchedPods: 1, updatedPods: 1, readyPods: 1, updatedReadyPods: 1 };
const draft = { uid: "uid-set", generation: 1, counters, conditions: [] };

function newWriter(answer: () => Promise<JsonObject>) {
  const clock = new FakeClock();
  const store = new Store<SidecarSet>({
    identify: ({ metadata }) => ({ ...metadata, key: metadata.name }),
    logger: silentLogger,
  });
  const { set } = makeSet();
  store.put(set);
  const queue = new WorkQueue({ clock, name: "status" });
  const bodies: unknown[] = [];
  const client = {
    patch(_type: unknown, _address: unknown, { body }: { readonly body: unknown }) {
      bodies.push(body);
      return answer();
    },
  };
  const writer = new StatusWriter({ client, store, queue, clock, intervalMs: 1000, logger: silentLogger });
  return { writer, store, set, clock, bodies };
}

const answered = (resourceVersion: string) => () => Promise.resolve({ metadata: { resourceVersion } });

test("the first draft goes at once, the next when the interval is over, equal ones not at all", async () => {
  const { writer, clock, bodies } = newWriter(answered("2"));
  writer.offer("set", draft);
  assert.equal((await writer.reconcile("set", signal)).kind, "done");
  writer.offer("set", draft);
  clock.advance(400);
  assert.deepEqual(await writer.reconcile("set", signal), {
    kind: "requeue",
    afterMs: 600,
    reason: "status interval",
  });
  clock.advance(600);
  await writer.reconcile("set", signal);
  assert.equal(bodies.length, 1, "the cache lags behind, but nothing differs from what was written");
  writer.offer("set", { ...draft, counters: { ...counters, readyPods: 0 } });
  await writer.reconcile("set", signal);
  assert.equal(bodies.length, 2);
});

test("the interval begins when the server has answered", async () => {
  const { writer, clock } = newWriter(async () => {
    clock.advance(300);
    return { metadata: { resourceVersion: "2" } };
  });
  writer.offer("set", draft);
  await writer.reconcile("set", signal);
  const next = await writer.reconcile("set", signal);
  assert.equal(next.kind === "requeue" && next.afterMs, 1000);
});

test("the patch names the set's uid, the version that was read, and all counters", async () => {
  const { writer, bodies } = newWriter(answered("2"));
  writer.offer("set", draft);
  await writer.reconcile("set", signal);
  assert.deepEqual(bodies, [
    {
      metadata: { uid: "uid-set", resourceVersion: "1" },
      status: { observedGeneration: 1, ...counters, conditions: [] },
    },
  ]);
});

test("a detail that no longer holds is removed", async () => {
  const { writer, clock, bodies } = newWriter(answered("2"));
  const details = {
    missingPods: 0,
    progress: "50%",
    estimatedTimeLeft: "4m",
    versions: [{ hash: "h", pods: 1 }],
    held: [],
  };
  writer.offer("set", { ...draft, details });
  await writer.reconcile("set", signal);
  const status = { observedGeneration: 1, ...counters, ...details, conditions: [] };
  clock.advance(1000);
  writer.offer("set", { ...draft, details: { ...details, estimatedTimeLeft: undefined } });
  await writer.reconcile("set", signal);
  assert.deepEqual(bodies.at(-1), {
    metadata: { uid: "uid-set", resourceVersion: "2" },
    status: { ...status, estimatedTimeLeft: null },
  });
  clock.advance(1000);
  writer.offer("set", { ...draft, details: { ...details, estimatedTimeLeft: undefined } });
  await writer.reconcile("set", signal);
  assert.equal(bodies.length, 2, "what is gone differs no more");
});

test("what someone else wrote to the status since is repaired by the next draft", async () => {
  const { writer, store, set, clock, bodies } = newWriter(answered("2"));
  writer.offer("set", draft);
  await writer.reconcile("set", signal);
  const status = { observedGeneration: 1, ...counters, matchedPods: 7, conditions: [] };
  store.put({ ...set, metadata: { ...set.metadata, resourceVersion: "3" }, status });
  clock.advance(1000);
  writer.offer("set", draft);
  await writer.reconcile("set", signal);
  assert.equal(bodies.length, 2);
});

test("a draft for a set that is gone or another one is dropped", async () => {
  const { writer, store, set, bodies } = newWriter(answered("2"));
  writer.offer("set", { ...draft, uid: "uid-before" });
  await writer.reconcile("set", signal);
  store.remove(set);
  writer.offer("set", draft);
  await writer.reconcile("set", signal);
  assert.equal(bodies.length, 0);
});

test("a failure is thrown, so that the queue tries again; a set gone meanwhile is none", async () => {
  const failing = newWriter(() => Promise.reject(new ApiError(500, "", "failed")));
  failing.writer.offer("set", draft);
  await assert.rejects(failing.writer.reconcile("set", signal), { status: 500 });
  failing.clock.advance(1000);
  await assert.rejects(failing.writer.reconcile("set", signal), { status: 500 }, "the draft is still there");
  const gone = newWriter(() => Promise.reject(new ApiError(404, "NotFound", "gone")));
  gone.writer.offer("set", draft);
  assert.equal((await gone.writer.reconcile("set", signal)).kind, "done");
});

test("a flush does not wait for the interval", async () => {
  const { writer, bodies } = newWriter(answered("2"));
  writer.offer("set", draft);
  await writer.reconcile("set", signal);
  writer.offer("set", { ...draft, generation: 2 });
  await writer.flush(signal);
  assert.equal(bodies.length, 2);
});
