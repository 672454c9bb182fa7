import { isDeepStrictEqual } from "node:util";
import { longestHoldMs } from "../../../controller/core/in-flight.ts";
import type { TransportRequest } from "../../../controller/k8s/transport.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import type { StoreEvent } from "../../../sandbox/store/event-log.ts";
import type { KubeObject } from "../../../sandbox/store/object.ts";
import type { Store } from "../../../sandbox/store/store.ts";
import type { ControllerProcess } from "./controller-process.ts";
import {
  type ApiPod,
  apiPod,
  apiSet,
  hashOf,
  hashOfSet,
  isMatched,
  isOutdatedForGood,
  isReady,
  isWaiting,
  runsItsImages,
  satisfies,
} from "./naive-view.ts";
import type { Onlooker } from "./simulated-cluster.ts";

interface Version<T> {
  readonly revision: number;
  /** Undefined from its deletion on. */
  readonly object: T | undefined;
}

/** How often something was seen, so that a run that sees nothing can be told from one without faults. */
export interface Sightings {
  podWrites: number;
  statusWrites: number;
  settingsWrites: number;
}

/**
 * Sees every request and every change of the API server's objects, and notes what must never be. It knows what a process
 * may have known when it planned a write: everything between its floor and this moment.
 */
export class Witness implements Onlooker {
  readonly violations: string[] = [];
  /** The story so far, for a violation. */
  readonly story: string[] = [];
  readonly seen: Sightings = { podWrites: 0, statusWrites: 0, settingsWrites: 0 };
  readonly #store: Store;
  readonly #sets = new Map<string, Version<SidecarSet>[]>();
  readonly #pods = new Map<string, Version<ApiPod>[]>();
  /** Since when Pods by uid are down that a write to a set's sidecars took down, by name of the set. */
  readonly #down = new Map<string, Map<string, number>>();
  #serving: ControllerProcess | undefined;

  constructor(store: Store) {
    this.#store = store;
    store.listenToAll((event) => this.#see(event));
  }

  serving(process: ControllerProcess | undefined): void {
    this.#serving = process;
  }

  sent(process: string, { method, path, body }: TransportRequest): void {
    if (method === "GET") return;
    this.story.push(`${process} sends ${method} ${path.split("?", 1)[0]}`);
    const content = body === undefined ? {} : JSON.parse(body.toString("utf8"));
    if (path.includes("/leases")) {
      if (method === "PUT" && content.metadata?.resourceVersion === undefined) {
        this.#note(`${method} ${path}: a Lease is written without the version that was read`);
      }
      return;
    }
    const lease = this.#store.get("leases.coordination.k8s.io", "sidecarset-system", "sidecarset-controller");
    const holder = JSON.parse(JSON.stringify(lease?.["spec"] ?? {})).holderIdentity;
    if (holder !== process) this.#note(`${method} ${path}: sent by ${process} while ${holder} leads`);
    const { uid, resourceVersion } = content.metadata ?? {};
    if (path.includes("/pods/") && uid === undefined) this.#note(`${method} ${path}: without a uid`);
    const isStatus = path.includes("/status") && path.includes("/sidecarsets/");
    if (isStatus && resourceVersion === undefined) this.#note(`${method} ${path}: without a version`);
  }

  #see({ type, object, previous, revision }: StoreEvent): void {
    const by = this.#serving?.identity ?? "others";
    this.story.push(`${revision}: ${type} ${object.kind} ${object.metadata.name} by ${by}${inShort(object)}`);
    if (object.kind === "SidecarSet") {
      const now = type === "DELETED" ? undefined : apiSet(object);
      this.#remember(this.#sets, object.metadata.name, { revision, object: now });
      if (this.#serving && previous && now) this.#judgeStatus(this.#serving, apiSet(previous), now);
    } else if (object.kind === "Pod") {
      const now = type === "DELETED" ? undefined : apiPod(object);
      this.#remember(this.#pods, object.metadata.uid, { revision, object: now });
      if (this.#serving && previous && now) this.#judgeWrite(this.#serving, apiPod(previous), now);
      this.#noteRecovery(object.metadata.uid, now);
    } else if (object.kind === "ClusterAdmissionPolicy" && this.#serving) this.seen.settingsWrites += 1;
  }

  #judgeStatus(process: ControllerProcess, before: SidecarSet, { metadata, spec, status }: SidecarSet): void {
    this.seen.statusWrites += 1;
    const { matchedPods = 0, updatedPods = 0, readyPods = 0, updatedReadyPods = 0 } = status ?? {};
    const text = `status of ${metadata.name}: ${matchedPods}/${updatedPods}/${readyPods}/${updatedReadyPods}`;
    if (!isDeepStrictEqual(before.spec, spec)) this.#note(`${text}: the spec changed with it`);
    if (
      updatedPods > matchedPods ||
      readyPods > matchedPods ||
      updatedReadyPods > Math.min(updatedPods, readyPods)
    ) {
      this.#note(`${text}: a part is more than the whole`);
    }
    if ((status?.observedGeneration ?? 0) > metadata.generation)
      this.#note(`${text}: ahead of the generation`);
    const possible = [...this.#pods.keys()].filter((uid) =>
      this.#between(this.#pods.get(uid), process.statusFloor).some((pod) => pod !== undefined),
    ).length;
    if (matchedPods > possible) this.#note(`${text}: there were no more than ${possible} Pods`);
  }

  #judgeWrite(process: ControllerProcess, before: ApiPod, after: ApiPod): void {
    if (isDeepStrictEqual(written(before), written(after))) {
      if (!isDeepStrictEqual(withoutOwnCondition(before), withoutOwnCondition(after))) {
        this.#note(`Pod ${after.metadata.name}: more of its status changed than the condition`);
      }
      return;
    }
    this.seen.podWrites += 1;
    const { uid, name } = after.metadata;
    const touched = [...this.#sets.keys()].filter((set) => hashOf(before, set) !== hashOf(after, set));
    const [set] = touched;
    if (set === undefined || touched.length !== 1) {
      this.#note(`Pod ${name}: a write that updates ${touched.length} sets: ${touched.join(", ") || "none"}`);
      return;
    }
    const isSidecar = (container: string): boolean => container.startsWith(`${set}-`);
    if (!isDeepStrictEqual(withoutImages(before, isSidecar), withoutImages(after, isSidecar))) {
      this.#note(`Pod ${name}: more than the images of ${set}'s sidecars changed`);
    }
    const images = (pod: ApiPod): string => pod.spec.containers.map(({ image }) => image).join();
    const takesDown = isReady(before) && images(before) !== images(after) && !this.#downOf(set).has(uid);
    if (takesDown) this.#downOf(set).set(uid, Date.now());
    const versions = this.#between(this.#sets.get(set), process.floor("sidecarsets"));
    const objections = versions.map((version) =>
      this.#objection(process, version, { before, after, takesDown }),
    );
    if (!objections.includes(undefined)) {
      const floor = `${process.floor("sidecarsets")}..${this.#store.revision}`;
      this.#note(
        `Pod ${name}: written for ${set}, which no version of ${floor} allows: ${objections.join("; ")}`,
      );
    }
  }

  /** Why a version of the set does not allow the write; undefined when it does. */
  #objection(
    process: ControllerProcess,
    set: SidecarSet | undefined,
    {
      before,
      after,
      takesDown,
    }: { readonly before: ApiPod; readonly after: ApiPod; readonly takesDown: boolean },
  ): string | undefined {
    if (set === undefined) return "deleted";
    const { name } = set.metadata;
    const { paused, type, maxUnavailable = 1, partition = 0, selector } = set.spec.updateStrategy ?? {};
    if (hashOf(after, name) !== hashOfSet(set)) return "another hash";
    if (paused === true) return "paused";
    if (type === "NotUpdate") return "NotUpdate";
    const labels = this.#between(this.#pods.get(before.metadata.uid), process.floor("pods")).map(
      (pod) => pod?.metadata.labels,
    );
    if (!labels.some((each) => satisfies(each, selector) && satisfies(each, set.spec.selector))) {
      return "not selected";
    }
    if (hashOf(before, name, "hash-without-image") !== hashOfSet(set, "hash-without-image")) return "lazy";
    const down = takesDown ? this.#countDown(process, set) : 0;
    if (down > Number(maxUnavailable)) return `${down} down, maxUnavailable ${maxUnavailable}`;
    if (Number(partition) > 0) {
      const old = this.#believedWaiting(process, set);
      if (old < Number(partition)) return `${old} left old, partition ${partition}`;
    }
    return undefined;
  }

  /**
   * Pods that count against maxUnavailable, this one included: not those that the set has lost, nor those that wait for
   * re-creation and were upgraded so long ago that they may be down for reasons of their own.
   */
  #countDown(process: ControllerProcess, set: SidecarSet): number {
    let count = 0;
    for (const [uid, since] of this.#downOf(set.metadata.name)) {
      const known = this.#between(this.#pods.get(uid), process.floor("pods"));
      const isLazy = known.some(
        (pod) => pod !== undefined && isMatched(pod, set) && isOutdatedForGood(pod, set),
      );
      const isOwn = isLazy && Date.now() - since >= longestHoldMs;
      if (!isOwn && known.every((pod) => pod !== undefined && isMatched(pod, set))) count += 1;
    }
    return count;
  }

  /** Pods that the process may still take for outdated after this write. */
  #believedWaiting(process: ControllerProcess, set: SidecarSet): number {
    let count = 0;
    for (const versions of this.#pods.values()) {
      const known = this.#between(versions, process.floor("pods"));
      const now = known.at(-1);
      const isUpdated = now !== undefined && isMatched(now, set) && !isWaiting(now, set);
      if (!isUpdated && known.some((pod) => pod !== undefined && isWaiting(pod, set))) count += 1;
    }
    return count;
  }

  #noteRecovery(uid: string, pod: ApiPod | undefined): void {
    for (const [set, down] of this.#down) {
      const names = pod?.spec.containers.map(({ name }) => name).filter((name) => name.startsWith(`${set}-`));
      if (pod === undefined || (isReady(pod) && runsItsImages(pod, names ?? []))) down.delete(uid);
    }
  }

  #downOf(set: string): Map<string, number> {
    const known = this.#down.get(set) ?? new Map<string, number>();
    this.#down.set(set, known);
    return known;
  }

  /** What an object was at any moment since a revision. */
  #between<T>(versions: readonly Version<T>[] | undefined, floor: number): readonly (T | undefined)[] {
    const all = versions ?? [];
    const first = all.findLastIndex(({ revision }) => revision <= floor);
    return all.slice(Math.max(0, first)).map(({ object }) => object);
  }

  #remember<T>(histories: Map<string, Version<T>[]>, key: string, version: Version<T>): void {
    const known = histories.get(key) ?? [];
    known.push(version);
    histories.set(key, known);
  }

  #note(violation: string): void {
    this.violations.push(violation);
  }
}

/** What a write to a Pod, and not to its status, may change. */
function written({ spec, metadata }: ApiPod): unknown {
  return { spec, labels: metadata.labels, annotations: metadata.annotations };
}

/** The status but for the condition that is the controller's. */
function withoutOwnCondition({ status }: ApiPod): unknown {
  const conditions = status?.conditions?.filter(({ type }) => type !== "SidecarSetUpgradable");
  return { ...status, conditions };
}

/** What a story tells of an object. */
function inShort(object: KubeObject): string {
  if (object.kind === "SidecarSet") return `, ${JSON.stringify(apiSet(object).spec)}`;
  if (object.kind !== "Pod") return "";
  const { spec, status } = apiPod(object);
  const statuses = status?.containerStatuses ?? [];
  const containers = spec.containers.map(({ name, image }) => {
    const reported = statuses.find((each) => each.name === name)?.image ?? "nothing";
    return reported === image ? image : `${image} (${reported} runs)`;
  });
  return `, ${isReady(apiPod(object)) ? "ready" : "not ready"}, ${containers.join(", ")}`;
}

/** The Pod's spec with nothing in place of the images that may change. */
function withoutImages({ spec }: ApiPod, mayChange: (container: string) => boolean): unknown {
  const containers = spec.containers.map((container) =>
    mayChange(container.name) ? { ...container, image: "" } : container,
  );
  return { ...spec, containers };
}
