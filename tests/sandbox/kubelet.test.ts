import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as fc from "fast-check";
import { podSummary } from "../../sandbox/core/pod-columns.ts";
import { type JsonObject, numberAt, objectsAt, textAt } from "../../sandbox/json/value.ts";
import {
  type ContainerRuntime,
  type Wanted,
  advance,
  wakeAt,
} from "../../sandbox/kubelet/container-runtime.ts";
import { defaultKubeletOptions } from "../../sandbox/kubelet/kubelet-options.ts";
import type { Behaviour } from "../../sandbox/kubelet/behaviour.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { type PodRuntime, advancePod } from "../../sandbox/kubelet/pod-runtime.ts";
import { podStatus } from "../../sandbox/kubelet/pod-status.ts";
import { type KubeObject, kubeObject } from "../../sandbox/store/object.ts";
import { pod } from "./objects.ts";

describe("a container", () => {
  const options = {
    ...defaultKubeletOptions,
    startMs: 10,
    restartMs: 20,
    readyMs: 5,
    initMs: 7,
    crashMs: 30,
    pullRetryMs: 40,
  };

  const wanted = (image: string, behaviour: Behaviour = "normal", isInit = false): Wanted => ({
    name: "a",
    image,
    isInit,
    behaviour,
  });

  /** Advances to a time, waking as often as the container asks for. */
  function live(
    what: Wanted,
    from: ContainerRuntime | undefined,
    begin: number,
    end: number,
  ): ContainerRuntime {
    let now = begin;
    let runtime = advance(what, from, now, options).runtime;
    for (let next = wakeAt(what, runtime, now, options); next !== undefined && next <= end; ) {
      now = Math.max(now, next);
      runtime = advance(what, runtime, now, options).runtime;
      const following = wakeAt(what, runtime, now, options);
      next = following !== undefined && following > now ? following : undefined;
    }
    return runtime;
  }

  test("is created, then runs", () => {
    assert.equal(live(wanted("i:1"), undefined, 0, 9).state.kind, "creating");
    const { state, runs } = live(wanted("i:1"), undefined, 0, 10);
    assert.deepEqual([state, runs], [{ kind: "running", startedAt: 10, readyAt: 15 }, 1]);
  });

  test("is restarted for another image, once", () => {
    const running = live(wanted("i:1"), undefined, 0, 50);
    const stopped = advance(wanted("i:2"), running, 60, options).runtime;
    assert.equal(stopped.state.kind, "creating");
    assert.deepEqual(stopped.last, {
      runs: 1,
      startedAt: 10,
      finishedAt: 60,
      exitCode: 0,
      reason: "Completed",
    });
    const again = live(wanted("i:2"), stopped, 61, 500);
    assert.deepEqual([again.runs, again.image, again.state.kind], [2, "i:2", "running"]);
  });

  test("whose new image cannot be pulled stays down until the image is another", () => {
    const running = live(wanted("i:1"), undefined, 0, 50);
    const failed = live(wanted("i:bad", "pull-fails"), running, 60, 400);
    assert.equal(failed.state.kind, "pull-failed");
    assert.equal(failed.runs, 1);
    assert.equal(live(wanted("i:3"), failed, 401, 900).state.kind, "running");
  });

  test("that crashes comes back with the same image and a higher count", () => {
    const runtime = live(wanted("i:1", "crashes"), undefined, 0, 500);
    assert.ok(runtime.runs > 3, `ran ${runtime.runs} times`);
    assert.equal(runtime.last?.exitCode, 1);
  });

  test("of the init kind completes", () => {
    const { state } = live(wanted("i:1", "normal", true), undefined, 0, 100);
    assert.deepEqual(state, { kind: "completed", startedAt: 10, finishedAt: 17 });
  });

  test("never runs an image that was not asked for, and its runs only grow", () => {
    const behaviours = fc.constantFrom<Behaviour>(
      "normal",
      "pull-fails",
      "crashes",
      "slow-start",
      "never-ready",
    );
    const steps = fc.array(
      fc.record({ image: fc.constantFrom("i:1", "i:2"), behaviour: behaviours, after: fc.nat(60) }),
    );
    fc.assert(
      fc.property(steps, (plan) => {
        let runtime: ContainerRuntime | undefined;
        let now = 0;
        for (const { image, behaviour, after } of plan) {
          now += after;
          const next = advance(wanted(image, behaviour), runtime, now, options).runtime;
          assert.equal(next.image, image);
          const runs = runtime?.runs ?? 0;
          assert.ok(next.runs === runs || next.runs === runs + 1);
          assert.ok(next.runs === runs || next.state.kind === "running");
          runtime = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a Pod's status", () => {
  const options = { ...defaultKubeletOptions, startMs: 0, restartMs: 1000, readyMs: 0 };
  const made = (sidecarImage: string, status: JsonObject = {}): KubeObject =>
    kubeObject({
      ...pod("p", ["a:1"], { initContainers: [{ name: "s", image: sidecarImage, restartPolicy: "Always" }] }),
      metadata: { name: "p", uid: "u" },
      status,
    });
  const fresh: PodRuntime = { startedAt: 0, ip: "10.0.0.9", containers: new Map(), initialized: false };

  function settle(of: KubeObject, from: PodRuntime, now: number): PodRuntime {
    let runtime = from;
    for (let count = 0; count < 10; count += 1) runtime = advancePod(of, runtime, now, options).runtime;
    return runtime;
  }

  const condition = (status: JsonObject, type: string): JsonObject | undefined =>
    objectsAt(status, "conditions").find((entry) => entry["type"] === type);

  test("stays initialized while a native sidecar restarts, and the application runs on", () => {
    const before = settle(made("s:1"), fresh, 0);
    const during = settle(made("s:2"), before, 10);
    assert.equal(during.containers.get("s")?.state.kind, "creating");
    assert.deepEqual(during.containers.get("c0"), before.containers.get("c0"));
    const status = podStatus(made("s:2"), during, 10, options);
    assert.equal(condition(status, "Initialized")?.["status"], "True");
    assert.equal(condition(status, "Ready")?.["status"], "False");
  });

  test("keeps a running native sidecar's image on kubelets before 1.32, as long as it runs", () => {
    const old = { ...options, restartsNativeSidecars: false };
    const before = settle(made("s:1"), fresh, 0);
    const running = advancePod(made("s:2"), before, 10, old).runtime;
    assert.deepEqual(running.containers.get("s"), before.containers.get("s"));
    const [status] = objectsAt(podStatus(made("s:2"), running, 10, old), "initContainerStatuses");
    assert.equal(textAt(status ?? {}, "image"), "s:1");
    const crashed = new Map(before.containers);
    crashed.set("s", { image: "s:1", runs: 1, state: { kind: "crashed", restartAt: 5 } });
    const restarted = advancePod(made("s:2"), { ...before, containers: crashed }, 10, old).runtime;
    assert.equal(restarted.containers.get("s")?.image, "s:2");
  });

  test("keeps the times of conditions that have not changed", () => {
    const runtime = settle(made("s:1"), fresh, 0);
    const first = podStatus(made("s:1"), runtime, 0, options);
    const later = podStatus(made("s:1", first), runtime, 60_000, options);
    assert.deepEqual(later["conditions"], first["conditions"]);
    const changed = podStatus(made("s:2", first), settle(made("s:2"), runtime, 60_000), 60_000, options);
    assert.equal(condition(changed, "Ready")?.["lastTransitionTime"], "1970-01-01T00:01:00Z");
    assert.equal(condition(changed, "Initialized")?.["lastTransitionTime"], "1970-01-01T00:00:00Z");
  });
});

describe("Pods", () => {
  let sandbox: Sandbox;
  before(async () => {
    const kubelet = {
      bindMs: 1,
      startMs: 10,
      restartMs: 20,
      readyMs: 5,
      initMs: 5,
      crashMs: 15,
      pullRetryMs: 10,
      stopMs: 10,
    };
    sandbox = await startSandbox({ kubelet });
  });
  after(() => sandbox.close());

  const get = (name: string): KubeObject => sandbox.client.get({ apiVersion: "v1", kind: "Pod", name });

  async function until(name: string, wish: string, holds: (pod: KubeObject) => boolean): Promise<KubeObject> {
    for (let count = 0; count < 400; count += 1) {
      const found = get(name);
      if (holds(found)) return found;
      await wait(5);
    }
    throw new Error(`${name}: expected ${wish}, got ${JSON.stringify(get(name)["status"])}`);
  }

  const shows = (status: string) => (pod: KubeObject) => podSummary(pod).status === status;
  const isReady = (pod: KubeObject): boolean =>
    objectsAt(pod, "status", "conditions").some(
      (entry) => entry["type"] === "Ready" && entry["status"] === "True",
    );
  const statuses = (pod: KubeObject): JsonObject[] => objectsAt(pod, "status", "containerStatuses");
  const setImage = (name: string, container: string, image: string): KubeObject =>
    sandbox.client.patch({ apiVersion: "v1", kind: "Pod", name }, "strategic", {
      spec: { containers: [{ name: container, image }] },
    });

  test("get a node and run", async () => {
    sandbox.client.create(pod("runs", ["a:1", "b:1"]));
    const running = await until("runs", "ready", isReady);
    assert.equal(textAt(running, "spec", "nodeName"), "sandbox-node");
    assert.deepEqual(
      statuses(running).map(({ restartCount, ready }) => [restartCount, ready]),
      [
        [0, true],
        [0, true],
      ],
    );
    assert.match(textAt(running, "status", "podIP") ?? "", /^10\.244\./);
  });

  test("restart the container whose image changes, and no other", async () => {
    sandbox.client.create(pod("upgraded", ["a:1", "b:1"]));
    const [first, other] = statuses(await until("upgraded", "ready", isReady));
    setImage("upgraded", "c0", "a:2");
    await until("upgraded", "not ready", (found) => !isReady(found));
    const ready = await until("upgraded", "ready again", isReady);
    const [second, untouched] = statuses(ready);
    assert.deepEqual([second?.["image"], second?.["restartCount"]], ["a:2", 1]);
    assert.notEqual(second?.["containerID"], first?.["containerID"]);
    assert.notEqual(second?.["imageID"], first?.["imageID"]);
    assert.equal(textAt(second, "lastState", "terminated", "containerID"), first?.["containerID"]);
    assert.deepEqual(untouched, other);
  });

  test("tell of the container before for as long as the new image cannot be pulled", async () => {
    sandbox.client.create(pod("stuck", ["a:1"]));
    const [before] = statuses(await until("stuck", "ready", isReady));
    setImage("stuck", "c0", "a:pull-fails");
    const [now] = statuses(await until("stuck", "ImagePullBackOff", shows("ImagePullBackOff")));
    for (const member of ["image", "imageID", "containerID", "restartCount"]) {
      assert.equal(now?.[member], before?.[member], member);
    }
    assert.equal(now?.["ready"], false);
  });

  test("run init containers in order and keep native sidecars", async () => {
    const initContainers = [
      { name: "setup", image: "s:1" },
      { name: "proxy", image: "p:1", restartPolicy: "Always" },
    ];
    sandbox.client.create(pod("initialised", ["a:1"], { initContainers }));
    const ready = await until("initialised", "ready", isReady);
    const { ready: count, total } = podSummary(ready);
    assert.deepEqual([count, total], [2, 2]);
    const kinds = objectsAt(ready, "status", "initContainerStatuses").map(
      (entry) => Object.keys(entry["state"] ?? {})[0],
    );
    assert.deepEqual(kinds, ["terminated", "running"]);
    const patch = { spec: { initContainers: [{ name: "proxy", image: "p:2" }] } };
    sandbox.client.patch({ apiVersion: "v1", kind: "Pod", name: "initialised" }, "strategic", patch);
    const again = await until("initialised", "ready with p:2", (found) => {
      const [, proxy] = objectsAt(found, "status", "initContainerStatuses");
      return isReady(found) && proxy?.["image"] === "p:2";
    });
    assert.equal(numberAt(statuses(again)[0], "restartCount"), 0, "the application was left alone");
  });

  const requests: readonly [
    name: string,
    images: string[],
    annotations: Record<string, string>,
    status: string,
  ][] = [
    ["by-image", ["agent:pull-fails"], {}, "ImagePullBackOff"],
    ["by-annotation", ["a:1"], { "kubelet.sandbox/c0": "pull-fails" }, "ImagePullBackOff"],
    ["crashing", ["a:1"], { "kubelet.sandbox/all": "crashes" }, "CrashLoopBackOff"],
  ];
  for (const [name, images, annotations, status] of requests) {
    test(`fail as asked: ${name}`, async () => {
      sandbox.client.create({ ...pod(name, images), metadata: { name, annotations } });
      await until(name, status, shows(status));
    });
  }

  test("recover when the request is withdrawn", async () => {
    const reference = { apiVersion: "v1", kind: "Pod", name: "by-annotation" };
    sandbox.client.patch(reference, "merge", { metadata: { annotations: null } });
    await until("by-annotation", "ready", isReady);
  });

  test("never become ready when asked not to", async () => {
    sandbox.client.create(pod("unready", ["a:never-ready"]));
    await until("unready", "Running", shows("Running"));
    await wait(30);
    assert.equal(isReady(get("unready")), false);
  });

  test("wait for their readiness gates", async () => {
    sandbox.client.create(
      pod("gated", ["a:1"], { readinessGates: [{ conditionType: "InPlaceUpdateReady" }] }),
    );
    await until("gated", "Running", (found) => statuses(found)[0]?.["ready"] === true);
    assert.equal(isReady(get("gated")), false);
    const conditions = [{ type: "InPlaceUpdateReady", status: "True" }];
    const reference = { apiVersion: "v1", kind: "Pod", name: "gated" };
    sandbox.client.patch(reference, "strategic", { status: { conditions } }, "status");
    await until("gated", "ready", isReady);
  });

  test("lose a container and get it back with the same image", async () => {
    sandbox.client.create(pod("lost", ["a:1"]));
    const [before] = statuses(await until("lost", "ready", isReady));
    sandbox.kubelet?.crash("default", "lost", "c0");
    const after = await until(
      "lost",
      "a restart",
      (found) => isReady(found) && numberAt(statuses(found)[0], "restartCount") === 1,
    );
    assert.equal(statuses(after)[0]?.["imageID"], before?.["imageID"]);
    assert.equal(textAt(statuses(after)[0], "lastState", "terminated", "reason"), "Error");
  });

  test("stand still while the kubelet is paused", async () => {
    sandbox.client.create(pod("paused", ["a:1"]));
    await until("paused", "ready", isReady);
    sandbox.kubelet?.pause();
    setImage("paused", "c0", "a:2");
    await wait(60);
    assert.equal(statuses(get("paused"))[0]?.["image"], "a:1");
    sandbox.kubelet?.resume();
    await until("paused", "a:2", (found) => isReady(found) && statuses(found)[0]?.["image"] === "a:2");
  });

  test("go when they are deleted, and a new one of the name begins anew", async () => {
    sandbox.client.create(pod("short", ["a:1"]));
    const first = await until("short", "ready", isReady);
    sandbox.client.delete({ apiVersion: "v1", kind: "Pod", name: "short" });
    assert.equal(podSummary(get("short")).status, "Terminating");
    const exists = (): boolean =>
      sandbox.client.find({ apiVersion: "v1", kind: "Pod", name: "short" }) !== undefined;
    for (let count = 0; count < 400 && exists(); count += 1) await wait(5);
    assert.equal(exists(), false, "long before its grace period is over");
    sandbox.client.create(pod("short", ["a:1"]));
    const second = await until("short", "ready", isReady);
    assert.notEqual(statuses(second)[0]?.["containerID"], statuses(first)[0]?.["containerID"]);
    assert.equal(numberAt(statuses(second)[0], "restartCount"), 0);
  });

  test("tell what happened as Events", () => {
    const events = sandbox.client.list("v1", "Event", "default");
    const upgraded = events.filter((event) => textAt(event, "involvedObject", "name") === "upgraded");
    const reasons = new Set(upgraded.map((event) => textAt(event, "reason")));
    for (const reason of ["Scheduled", "Pulled", "Started", "Killing"])
      assert.ok(reasons.has(reason), reason);
  });
});
