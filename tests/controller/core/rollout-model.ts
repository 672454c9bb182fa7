import assert from "node:assert/strict";
import type { Plan } from "../../../controller/core/plan.ts";
import { podPatch } from "../../../controller/core/pod-patch.ts";
import type { NormalizedSidecarSet } from "../../../controller/core/sidecars.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { InFlightWrites } from "../../../controller/shell/in-flight-writes.ts";
import { makeSet, planOf, sidecarPod } from "./make-rollout.ts";

/** How a write goes: done and answered, done without an answer, not done without an answer, refused. */
export type Outcome = "answered" | "answer lost" | "request lost" | "refused";

/** What the kubelet makes of an image: runs it at once, runs it unready for a while, cannot pull it. */
function kindOfImage(image: string): "good" | "slow" | "bad" {
  return image.includes("bad") ? "bad" : image.includes("slow") ? "slow" : "good";
}

interface RealPod {
  pod: Pod;
  /** Image of the container that the kubelet is about to start; undefined when it is content. */
  starting: string | undefined;
  /** The application itself is well. */
  healthy: boolean;
  /** Taken down by an upgrade that is not over: was available when it was written to and has not been since. */
  takenDown: boolean;
}

/**
 * A cluster with one SidecarSet, a kubelet and a controller, moved on step by step. The controller sees Pods through a
 * watch that lags behind; the set reaches it at once. Its planning, patches and account of writes are the real ones.
 */
export class RolloutModel {
  set: NormalizedSidecarSet = makeSet({ updateStrategy: { maxUnavailable: 1 } });
  readonly #real = new Map<string, RealPod>();
  readonly #cache = new Map<string, Pod>();
  readonly #watch: { readonly name: string; readonly pod: Pod | undefined; readonly version: number }[] = [];
  #writes = new InFlightWrites();
  #version = 100;
  #cacheVersion = 100;
  #now = 0;
  #created = 0;

  get names(): readonly string[] {
    return [...this.#real.keys()];
  }

  get takenDown(): number {
    return [...this.#real.values()].filter(({ takenDown }) => takenDown).length;
  }

  pods(): readonly Pod[] {
    return [...this.#real.values()].map(({ pod }) => pod);
  }

  create(): void {
    const name = `pod-${this.#created++}`;
    const pod = sidecarPod(name, {}, this.set);
    this.#real.set(name, { pod, starting: undefined, healthy: true, takenDown: false });
    this.#change(name, {});
  }

  remove(name: string): void {
    if (this.#real.delete(name)) this.#watch.push({ name, pod: undefined, version: ++this.#version });
  }

  /** The application breaks or recovers by itself. */
  setHealthy(name: string, healthy: boolean): void {
    const real = this.#real.get(name);
    if (real === undefined || real.healthy === healthy) return;
    real.healthy = healthy;
    this.#change(name, {});
  }

  /** One step of the kubelet: stop the old container, or start the image it saw then, or get a slow one ready. */
  kubelet(name: string): void {
    const real = this.#real.get(name);
    if (real === undefined) return;
    const { pod } = real;
    const wanted = imageOf(pod);
    const status = pod.containerStatuses.find((status) => status.name === "log") ?? assert.fail();
    if (real.starting !== undefined) {
      if (kindOfImage(real.starting) === "bad") {
        real.starting = wanted;
        return;
      }
      const image = real.starting;
      real.starting = undefined;
      const ready = kindOfImage(image) === "good";
      this.#change(name, { image, imageID: `id:${image}`, ready, restartCount: status.restartCount + 1 });
    } else if (status.image !== wanted) {
      real.starting = wanted;
      this.#change(name, { ready: false });
    } else if (!status.ready) this.#change(name, { ready: true });
  }

  deliver(events: number): void {
    for (const { name, pod, version } of this.#watch.splice(0, events)) {
      const before = this.#cache.get(name);
      if (pod === undefined) {
        this.#cache.delete(name);
        if (before !== undefined) this.#writes.drop(before.uid);
      } else {
        this.#cache.set(name, pod);
      }
      this.#cacheVersion = version;
    }
  }

  /** The controller starts anew: it knows nothing of its writes, but reads all Pods before it works. */
  restart(): void {
    this.deliver(Number.POSITIVE_INFINITY);
    this.#writes = new InFlightWrites();
    this.#writes.recall(this.#cache.values(), this.#now);
  }

  /** One pass of the controller; the first write fares as told, the rest go well. */
  reconcile(first: Outcome = "answered"): Plan {
    this.#now += 1000;
    for (const pod of this.#cache.values()) {
      if (this.#writes.isLost(pod.uid)) this.#settle(pod);
    }
    const plan = planOf(this.set, [...this.#cache.values()], {
      writes: this.#writes.all,
      cacheVersion: String(this.#cacheVersion),
      now: this.#now,
    });
    plan.upgrades.forEach((upgrade, index) => {
      assert.ok(this.#writes.begin(upgrade.pod.uid, upgrade.changes, this.#now, String(this.#cacheVersion)));
      this.#send(upgrade, index === 0 ? first : "answered");
    });
    return plan;
  }

  #send({ pod, changes, guarded }: Plan["upgrades"][number], outcome: Outcome): void {
    const { uid } = pod;
    const real = this.#real.get(pod.name);
    if (outcome === "refused" || real === undefined || real.pod.uid !== uid) {
      this.#writes.takeBack(uid);
      return;
    }
    if (outcome === "request lost") {
      this.#writes.lose(uid);
      return;
    }
    const patch = podPatch(pod, this.set, changes, { now: this.#now, guarded });
    if (guarded && patch.metadata.resourceVersion !== real.pod.resourceVersion) {
      this.#writes.takeBack(uid);
      return;
    }
    assert.notEqual(this.set.set.spec.updateStrategy?.paused, true, "a paused set was rolled out");
    const image = patch.spec?.containers[0]?.image;
    if (image !== undefined && real.pod.ready && image !== imageOf(real.pod)) real.takenDown = true;
    const annotations = { ...real.pod.annotations, ...patch.metadata.annotations };
    real.pod = { ...real.pod, annotations, containers: withImage(real.pod, image) };
    this.#change(pod.name, {});
    if (outcome === "answered") this.#writes.settle(uid, String(this.#version));
    else this.#writes.lose(uid);
  }

  #settle({ name, uid }: Pod): void {
    const live = this.#real.get(name)?.pod;
    if (live?.uid === uid) this.#writes.settle(uid, live.resourceVersion);
    else this.#writes.drop(uid);
  }

  /** Changes the sidecar's status, works out readiness and puts the Pod on the watch. */
  #change(name: string, sidecar: Partial<Pod["containerStatuses"][number]>): void {
    const real = this.#real.get(name) ?? assert.fail();
    const containerStatuses: Pod["containerStatuses"][number][] = [];
    for (const status of real.pod.containerStatuses) {
      containerStatuses.push(status.name === "log" ? Object.assign({}, status, sidecar) : status);
    }
    const log = containerStatuses.find((status) => status.name === "log");
    const ready = real.healthy && log?.ready === true;
    const version = ++this.#version;
    real.pod = { ...real.pod, containerStatuses, ready, resourceVersion: String(version) };
    if (ready && log?.image === imageOf(real.pod)) real.takenDown = false;
    this.#watch.push({ name, pod: real.pod, version });
  }
}

/** Image of the sidecar in the spec of a Pod. */
export function imageOf(pod: Pod): string {
  return pod.containers.find((container) => container.name === "log")?.image ?? assert.fail();
}

function withImage(pod: Pod, image: string | undefined): Pod["containers"] {
  if (image === undefined) return pod.containers;
  return [{ name: "log", image, restartPolicy: "" }, ...pod.containers.filter(({ name }) => name !== "log")];
}
