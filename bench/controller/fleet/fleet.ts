import { EventEmitter } from "node:events";
import type { EventType } from "./pod-format.ts";
import { type FleetPod, type InjectedSet, injectedAnnotations, sidecarName } from "./pod.ts";
import type { Revisions } from "./revisions.ts";
import { makeWorkload } from "./workload.ts";

/** What a fleet is made of. */
export interface FleetOptions {
  readonly pods: number;
  readonly podsPerWorkload: number;
  readonly podsPerNode: number;
  /** The sets that every Pod is injected with; the first one's image is the sidecar's. */
  readonly injected: readonly InjectedSet[];
  /** From a new image to a container that is down, and from there to one that is ready, in milliseconds. */
  readonly restartMs: number;
  readonly readyMs: number;
}

/** A strategic-merge patch, as far as the controller sends one. */
export interface PodPatch {
  readonly metadata?: {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image: string }[] };
}

/** A Pod's new state; told in the order of the versions. */
export interface FleetChange {
  readonly type: EventType;
  readonly pod: FleetPod;
}

const firstCreated = Date.parse("2026-01-01T00:00:00Z") / 1000;

/** Running Pods and the kubelets that restart their sidecars when the image changes. Emits `change`. */
export class Fleet extends EventEmitter<{ change: [FleetChange] }> {
  readonly #options: FleetOptions;
  readonly #revisions: Revisions;
  readonly #pods: FleetPod[] = [];
  readonly #byKey = new Map<string, number>();
  /** Version of the last change of a Pod. */
  lastVersion = 0;

  constructor(options: FleetOptions, revisions: Revisions) {
    super();
    this.#options = options;
    this.#revisions = revisions;
    const image = options.injected[0]?.image ?? "";
    let workload = makeWorkload(0);
    for (let index = 0; index < options.pods; index += 1) {
      if (index > 0 && index % options.podsPerWorkload === 0) {
        workload = makeWorkload(index / options.podsPerWorkload);
      }
      const created = firstCreated + index * 7;
      const name = `${workload.name}-f9c7d-${index.toString(36).padStart(5, "0")}`;
      this.#byKey.set(`${workload.namespace}/${name}`, index);
      this.#pods.push({
        index,
        name,
        uid: `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`,
        node: `node-${Math.floor(index / options.podsPerNode)}.example`,
        workload,
        created,
        resourceVersion: revisions.next(),
        annotations: injectedAnnotations(options.injected, created),
        image,
        running: { image, restarts: 0, ready: true },
        readySince: created + 20,
        beat: 0,
      });
    }
    this.lastVersion = revisions.last;
  }

  get size(): number {
    return this.#pods.length;
  }

  /** Up to `limit` Pods from a place on. */
  slice(start: number, limit: number): readonly FleetPod[] {
    return this.#pods.slice(start, start + limit);
  }

  at(index: number): FleetPod {
    const pod = this.#pods[index];
    if (pod === undefined) throw new RangeError(`Pod ${index}: there are ${this.#pods.length}`);
    return pod;
  }

  find(namespace: string, name: string): FleetPod | undefined {
    const index = this.#byKey.get(`${namespace}/${name}`);
    return index === undefined ? undefined : this.#pods[index];
  }

  /** Applies a patch and has the kubelet act on it; undefined when a precondition does not hold. */
  patch(pod: FleetPod, { metadata = {}, spec = {} }: PodPatch): FleetPod | undefined {
    const { uid = pod.uid, resourceVersion = String(pod.resourceVersion), annotations } = metadata;
    if (uid !== pod.uid || resourceVersion !== String(pod.resourceVersion)) return undefined;
    const image = spec.containers?.find(({ name }) => name === sidecarName)?.image ?? pod.image;
    const patched = this.#put({ ...pod, image, annotations: { ...pod.annotations, ...annotations } });
    if (image !== pod.image) setTimeout(() => this.#stop(pod.index), this.#options.restartMs);
    return patched;
  }

  /** A new status in which nothing is new for the controller. */
  beat(index: number): void {
    const pod = this.at(index);
    this.#put({ ...pod, beat: pod.beat + 1 });
  }

  /** The sidecar's readiness changes, as when a probe fails or passes again. */
  flip(index: number): void {
    const pod = this.at(index);
    this.#report(pod, { ...pod.running, ready: !pod.running.ready });
  }

  /** Somebody gives the Pod an older image and the records of that: it needs an upgrade. */
  makeOutdated(index: number): void {
    const pod = this.at(index);
    const image = "registry.example/agents/agent:0";
    const injected = this.#options.injected.map((set) => ({ ...set, image, hash: "outdated" }));
    const annotations = injectedAnnotations(injected, pod.created);
    this.#put({ ...pod, annotations, image, running: { ...pod.running, image, ready: true } });
  }

  #stop(index: number): void {
    const pod = this.at(index);
    this.#report(pod, { ...pod.running, ready: false });
    setTimeout(() => this.#start(index), this.#options.readyMs);
  }

  #start(index: number): void {
    const pod = this.at(index);
    this.#report(pod, { image: pod.image, restarts: pod.running.restarts + 1, ready: true });
  }

  #report(pod: FleetPod, running: FleetPod["running"]): void {
    this.#put({ ...pod, running, readySince: Math.floor(Date.now() / 1000) });
  }

  #put(pod: FleetPod): FleetPod {
    const changed = { ...pod, resourceVersion: this.#revisions.next() };
    this.#pods[pod.index] = changed;
    this.lastVersion = changed.resourceVersion;
    this.emit("change", { type: "MODIFIED", pod: changed });
    return changed;
  }
}
