import assert from "node:assert/strict";
import type { Plan } from "../../../controller/core/plan.ts";
import { containerIn } from "../../../controller/core/pod-containers.ts";
import { podPatch } from "../../../controller/core/pod-patch.ts";
import type { NormalizedSidecarSet } from "../../../controller/core/sidecars.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { InFlightWrites } from "../../../controller/shell/in-flight-writes.ts";
import type { SidecarSetSpec } from "../../../controller/model/sidecarset.ts";
import { hot, ledgerOf, makeSet, planOf, recount, sidecarPod } from "./make-rollout.ts";
import type { PodLedger } from "../../../controller/core/pod-ledger.ts";

/** How a write goes: done and answered, done without an answer, not done without an answer, refused. */
export type Outcome = "answered" | "answer lost" | "request lost" | "refused";

/** How the sidecar of a model is upgraded. */
export type SidecarKind = "cold" | "hot" | "native" | "hot native";

const emptyImage = "empty:1";

/** The set of a model, with the sidecar `log`. */
export function modelSet(
  kind: SidecarKind,
  image: string,
  updateStrategy: SidecarSetSpec["updateStrategy"],
  shape = "",
): NormalizedSidecarSet {
  const container = kind.startsWith("hot") ? hot("log", image, emptyImage) : { name: "log", image };
  const containers = kind.endsWith("native")
    ? { containers: [], initContainers: [{ ...container, restartPolicy: "Always" }] }
    : { containers: [container] };
  return makeSet({ ...containers, ...(updateStrategy && { updateStrategy }) }, shape);
}

/** What the kubelet makes of an image: runs it at once, runs it unready for a while, cannot pull it. */
function kindOfImage(image: string): "good" | "slow" | "bad" {
  return image.includes("bad") ? "bad" : image.includes("slow") ? "slow" : "good";
}

interface RealPod {
  pod: Pod;
  /** Images that the kubelet is about to start, by container. */
  readonly starting: Map<string, string>;
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
  set: NormalizedSidecarSet;
  readonly #real = new Map<string, RealPod>();
  readonly #cache = new Map<string, Pod>();
  readonly #watch: { readonly name: string; readonly pod: Pod | undefined; readonly version: number }[] = [];
  #writes = new InFlightWrites();
  /** Kept from pass to pass, as long as the set stays. */
  #account: { readonly set: NormalizedSidecarSet; readonly ledger: PodLedger };
  #version = 100;
  #cacheVersion = 100;
  #now = 0;
  #created = 0;

  constructor(kind: SidecarKind) {
    this.set = modelSet(kind, "log:1", { maxUnavailable: 1 });
    this.#account = { set: this.set, ledger: ledgerOf(this.set) };
  }

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
    this.#real.set(name, { pod, starting: new Map(), healthy: true, takenDown: false });
    this.#change(name);
  }

  remove(name: string): void {
    if (this.#real.delete(name)) this.#watch.push({ name, pod: undefined, version: ++this.#version });
  }

  /** The application breaks or recovers by itself. */
  setHealthy(name: string, healthy: boolean): void {
    const real = this.#real.get(name);
    if (real === undefined || real.healthy === healthy) return;
    real.healthy = healthy;
    this.#change(name);
  }

  /** One step of the kubelet with some sidecar: stop the old, start the image it saw then, or get a slow one ready. */
  kubelet(name: string, which = 0): void {
    const real = this.#real.get(name);
    if (real === undefined) return;
    const { pod } = real;
    const due = [...pod.initContainerStatuses, ...pod.containerStatuses].filter(
      ({ name, image, ready }) =>
        name !== "main" && (real.starting.has(name) || !ready || image !== imageIn(pod, name)),
    );
    const status = due[which % due.length];
    if (status === undefined) return;
    const container = status.name;
    const wanted = imageIn(pod, container);
    const image = real.starting.get(container);
    if (image !== undefined) {
      if (kindOfImage(image) === "bad") {
        real.starting.set(container, wanted);
        return;
      }
      real.starting.delete(container);
      const ready = kindOfImage(image) === "good";
      const restartCount = status.restartCount + 1;
      this.#change(name, { name: container, image, imageID: `id:${image}`, ready, restartCount });
    } else if (status.image !== wanted) {
      real.starting.set(container, wanted);
      this.#change(name, { name: container, ready: false });
    } else this.#change(name, { name: container, ready: true });
  }

  deliver(events: number): void {
    for (const { name, pod, version } of this.#watch.splice(0, events)) {
      const before = this.#cache.get(name);
      if (pod === undefined) {
        this.#cache.delete(name);
        if (before === undefined) continue;
        this.#writes.drop(before.uid);
        this.#account.ledger.remove(before.uid);
      } else {
        this.#cache.set(name, pod);
        this.#account.ledger.put(pod, this.#writes.all.has(pod.uid));
      }
      this.#cacheVersion = version;
    }
  }

  /** The controller starts anew: it knows nothing of its writes, but reads all Pods before it works. */
  restart(): void {
    this.deliver(Number.POSITIVE_INFINITY);
    this.#writes = new InFlightWrites();
    this.#writes.recall(this.#cache.values(), this.#now);
    this.#openAccount();
  }

  /** One pass of the controller; the first write fares as told, the rest go well. */
  reconcile(first: Outcome = "answered"): Plan {
    this.#now += 1000;
    for (const pod of this.#cache.values()) {
      if (this.#writes.isLost(pod.uid)) this.#settle(pod);
    }
    if (this.#account.set !== this.set) this.#openAccount();
    const pods = [...this.#cache.values()];
    const writesNow = { writes: this.#writes.all, cacheVersion: String(this.#cacheVersion), now: this.#now };
    const plan = planOf(this.set, pods, { ...writesNow, ledger: this.#account.ledger });
    // Not each time: it takes as long as all the rest.
    if (this.#now % 3000 === 0) {
      assertSamePlan(plan, planOf(this.set, pods, writesNow));
      assert.deepEqual(plan.counters, recount(this.set, pods));
    }
    plan.upgrades.forEach((upgrade, index) => {
      this.#account.ledger.put(upgrade.pod, true);
      assert.ok(this.#writes.begin(upgrade.pod.uid, upgrade.images, this.#now, String(this.#cacheVersion)));
      this.#send(upgrade, index === 0 ? first : "answered");
    });
    return plan;
  }

  #openAccount(): void {
    this.#account = { set: this.set, ledger: ledgerOf(this.set) };
    for (const pod of this.#cache.values()) {
      this.#account.ledger.put(pod, this.#writes.all.has(pod.uid));
    }
  }

  #send(upgrade: Plan["upgrades"][number], outcome: Outcome): void {
    const { pod, guarded } = upgrade;
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
    const patch = podPatch(pod, this.set, upgrade, { now: this.#now, guarded });
    if (guarded && patch.metadata.resourceVersion !== real.pod.resourceVersion) {
      this.#writes.takeBack(uid);
      return;
    }
    if (upgrade.kind === "upgrade")
      assert.notEqual(this.set.set.spec.updateStrategy?.paused, true, "a paused set was rolled out");
    const next = {
      ...real.pod,
      annotations: { ...real.pod.annotations, ...patch.metadata.annotations },
      containers: patched(real.pod.containers, patch.spec?.containers ?? []),
      initContainers: patched(real.pod.initContainers, patch.spec?.initContainers ?? []),
    };
    if (upgrade.images.length > 0 && real.pod.ready) real.takenDown = true;
    real.pod = next;
    this.#change(pod.name);
    if (outcome === "answered") this.#writes.settle(uid, String(this.#version));
    else this.#writes.lose(uid);
  }

  #settle({ name, uid }: Pod): void {
    const live = this.#real.get(name)?.pod;
    if (live?.uid === uid) this.#writes.settle(uid, live.resourceVersion);
    else this.#writes.drop(uid);
  }

  /** Changes the status of a container, works out readiness and puts the Pod on the watch. */
  #change(name: string, differences: Partial<Pod["containerStatuses"][number]> = {}): void {
    const real = this.#real.get(name) ?? assert.fail();
    const changed = (statuses: Pod["containerStatuses"]) =>
      statuses.map((status) =>
        status.name === differences.name ? Object.assign({}, status, differences) : status,
      );
    const containerStatuses = changed(real.pod.containerStatuses);
    const initContainerStatuses = changed(real.pod.initContainerStatuses);
    const statuses = [...containerStatuses, ...initContainerStatuses];
    const ready = real.healthy && statuses.every((status) => status.ready);
    const version = ++this.#version;
    const resourceVersion = String(version);
    real.pod = { ...real.pod, containerStatuses, initContainerStatuses, ready, resourceVersion };
    const asAsked = statuses.every(({ name, image }) => image === imageIn(real.pod, name));
    if (ready && asAsked) real.takenDown = false;
    this.#watch.push({ name, pod: real.pod, version });
  }
}

/** Images of the sidecar in the spec of a Pod; two while a hot upgrade is halfway. */
export function workingImages({ initContainers, containers }: Pod): readonly string[] {
  return [...initContainers, ...containers].flatMap(({ name, image }) =>
    name === "main" || image === emptyImage ? [] : image,
  );
}

function imageIn(pod: Pod, name: string): string {
  return containerIn(pod, name)?.image ?? assert.fail();
}

function patched(
  containers: Pod["containers"],
  patches: readonly { readonly name: string; readonly image: string }[],
): Pod["containers"] {
  return containers.map((container) => {
    const patch = patches.find(({ name }) => name === container.name);
    return patch === undefined ? container : { ...container, image: patch.image };
  });
}

/** What an account kept from pass to pass leads to is what one made anew leads to; messages may name other Pods. */
function assertSamePlan(one: Plan, other: Plan): void {
  assert.deepEqual(comparable(one), comparable(other));
}

function comparable({ upgrades, held, conditions, ...rest }: Plan) {
  const namesIn = (pods: Iterable<Pod>) => [...pods].map(({ name }) => name).toSorted();
  return {
    ...rest,
    upgrades: upgrades.toSorted((a, b) => (a.pod.name < b.pod.name ? -1 : 1)),
    held: new Map([...held].map(([reason, pods]) => [reason, namesIn(pods)])),
    conditions: conditions.map(({ type, status, reason }) => [type, status, reason]),
  };
}
