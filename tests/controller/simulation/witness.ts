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
  containersOf,
  hotPairs,
  isHalfway,
  isHalfwayFor,
  isMatched,
  isOutdatedForGood,
  isReady,
  isSelected,
  isServing,
  isWaiting,
  runsItsImages,
  satisfies,
  statusOf,
  unlikeTheSet,
  workingContainer,
} from "./naive-view.ts";
import { emptyImage, pods } from "./objects.ts";
import type { Onlooker } from "./simulated-cluster.ts";

interface Version<T> {
  readonly revision: number;
  /** Undefined from its deletion on. */
  readonly object: T | undefined;
}

/** How often something was seen, so that a run that sees nothing can be told from one without faults. */
export interface Sightings {
  podWrites: number;
  /** Ends of hot upgrades among them. */
  resets: number;
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
  readonly seen: Sightings = { podWrites: 0, resets: 0, statusWrites: 0, settingsWrites: 0 };
  readonly #store: Store;
  readonly #sets = new Map<string, Version<SidecarSet>[]>();
  readonly #pods = new Map<string, Version<ApiPod>[]>();
  /** Since when Pods by uid are down that a write to a set's sidecars took down, by name of the set. */
  readonly #down = new Map<string, Map<string, number>>();
  #namespaceLabels: Readonly<Record<string, string>> = {};
  #namespaceChanged = 0;
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
      const now = type === "DELETED" ? undefined : apiPod(object, this.#namespaceLabels);
      this.#remember(this.#pods, object.metadata.uid, { revision, object: now });
      if (this.#serving && previous && now) {
        this.#judgeWrite(this.#serving, apiPod(previous, this.#namespaceLabels), now);
      }
      if (now) this.#judgeHotPairs(now);
      this.#noteRecovery(object.metadata.uid, now);
    } else if (object.kind === "Namespace" && object.metadata.name === pods.namespace) {
      this.#relabel(object.metadata.labels ?? {}, revision);
    } else if (object.kind === "ClusterAdmissionPolicy" && this.#serving) this.seen.settingsWrites += 1;
  }

  /** A Pod is another one to a set's namespaceSelector from now on. */
  #relabel(labels: Readonly<Record<string, string>>, revision: number): void {
    this.#namespaceLabels = labels;
    this.#namespaceChanged = revision;
    for (const versions of this.#pods.values()) {
      const object = versions.at(-1)?.object;
      if (object !== undefined) versions.push({ revision, object: { ...object, namespaceLabels: labels } });
    }
  }

  /** One container of each hot sidecar serves by the Pod's record, and it has an image to serve with. */
  #judgeHotPairs(pod: ApiPod): void {
    for (const { sidecar, containers } of hotPairs(pod)) {
      const working = containers.find(({ name }) => name === workingContainer(pod, sidecar));
      if (working === undefined || working.image === emptyImage) {
        this.#note(`Pod ${pod.metadata.name}: ${sidecar} is served by ${working?.name}: ${working?.image}`);
      }
      for (const { name, image } of containers) {
        const version = pod.metadata.annotations?.[`version.sidecarset.kruise.io/${name}`];
        if ((version === "0") !== (image === emptyImage)) {
          this.#note(`Pod ${pod.metadata.name}: version ${version} is recorded for ${name} with ${image}`);
        }
      }
    }
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
    const { name } = after.metadata;
    const touched = [...this.#sets.keys()].filter((set) => hashOf(before, set) !== hashOf(after, set));
    const [set] = touched;
    if (set === undefined && this.#isEndOfHotUpgrade(process, before, after)) return;
    if (set === undefined || touched.length !== 1) {
      this.#note(
        `Pod ${name}: a write that updates ${touched.length} sets: ${touched.join(", ") || changedAnnotations(before, after)}`,
      );
      return;
    }
    const isSidecar = (container: string): boolean => container.startsWith(`${set}-`);
    if (!isDeepStrictEqual(withoutImages(before, isSidecar), withoutImages(after, isSidecar))) {
      this.#note(`Pod ${name}: more than the images of ${set}'s sidecars changed`);
    }
    const takesDown = this.#takesDown(before, after, set);
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

  /** Notes whether a write restarts something in a Pod that was ready, and is the first to do so. */
  #takesDown(before: ApiPod, after: ApiPod, set: string): boolean {
    const { uid } = after.metadata;
    const images = (pod: ApiPod): string =>
      containersOf(pod)
        .map(({ image }) => image)
        .join();
    const does = isReady(before) && images(before) !== images(after) && !this.#downOf(set).has(uid);
    if (does) this.#downOf(set).set(uid, Date.now());
    return does;
  }

  /** An end empties a container of a hot sidecar whose other one serves; it is bound by the budget alone. */
  #isEndOfHotUpgrade(process: ControllerProcess, before: ApiPod, after: ApiPod): boolean {
    const changed = hotPairs(before).filter((pair, index) => {
      const now = hotPairs(after)[index];
      return !isDeepStrictEqual(pair, now);
    });
    const set = changed[0]?.sidecar.replace(/-\d+$/, "");
    if (set === undefined) return false;
    const { name } = after.metadata;
    this.seen.resets += 1;
    for (const { sidecar, containers } of changed) {
      const working = workingContainer(after, sidecar) ?? "";
      const retired = containers.find((container) => container.name !== working);
      const image = containersOf(after).find((container) => container.name === retired?.name)?.image;
      if (!sidecar.startsWith(`${set}-`) || image !== emptyImage) {
        this.#note(`Pod ${name}: ${sidecar} is changed without a record, ${retired?.name} has ${image}`);
      }
      if (!isServing(before, working)) {
        this.#note(`Pod ${name}: ${retired?.name} is emptied while ${working} does not serve`);
      }
    }
    const names = new Set(changed.flatMap(({ containers }) => containers.map((each) => each.name)));
    if (
      !isDeepStrictEqual(
        withoutImages(before, (each) => names.has(each)),
        withoutImages(after, (each) => names.has(each)),
      )
    ) {
      this.#note(`Pod ${name}: more than ${[...names].join()} changed at the end of a hot upgrade`);
    }
    if (!this.#takesDown(before, after, set)) return true;
    const versions = this.#between(this.#sets.get(set), process.floor("sidecarsets"));
    const allows = versions.some(
      (version) =>
        version !== undefined &&
        this.#countDown(process, version, isReadyHalfway) <=
          Number(version.spec.updateStrategy?.maxUnavailable ?? 1),
    );
    if (!allows) this.#note(`Pod ${name}: the end of a hot upgrade of ${set} takes down too many`);
    return true;
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
    const known = this.#podBetween(before.metadata.uid, process);
    const isChosen = (pod: ApiPod): boolean =>
      satisfies(pod.metadata.labels, selector) && isSelected(pod, set);
    if (!known.some((pod) => pod !== undefined && isChosen(pod))) return "not selected";
    const unlike = unlikeTheSet(after, set);
    if (unlike.length > 0) return `another image in ${unlike.join(", ")}`;
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
  #countDown(
    process: ControllerProcess,
    set: SidecarSet,
    isUp: (known: readonly (ApiPod | undefined)[], set: string) => boolean = () => false,
  ): number {
    let count = 0;
    for (const [uid, since] of this.#downOf(set.metadata.name)) {
      const known = this.#podBetween(uid, process);
      const isLazy = known.some(
        (pod) => pod !== undefined && isMatched(pod, set) && isOutdatedForGood(pod, set),
      );
      const isOwn = isLazy && Date.now() - since >= longestHoldMs;
      const isCounted = known.every((pod) => pod !== undefined && isMatched(pod, set));
      if (isOwn || !isCounted || isUp(known, set.metadata.name)) continue;
      const now = known.at(-1);
      // A former set of the name may have left it halfway for good.
      if (now === undefined || !runsAsItIs(now, set)) count += 1;
    }
    return count;
  }

  /** Pods that the process may still take for outdated after this write. */
  #believedWaiting(process: ControllerProcess, set: SidecarSet): number {
    let count = 0;
    for (const uid of this.#pods.keys()) {
      const known = this.#podBetween(uid, process);
      const now = known.at(-1);
      const isUpdated = now !== undefined && isMatched(now, set) && !isWaiting(now, set);
      if (!isUpdated && known.some((pod) => pod !== undefined && isWaiting(pod, set))) count += 1;
    }
    return count;
  }

  #noteRecovery(uid: string, pod: ApiPod | undefined): void {
    for (const [set, down] of this.#down) {
      if (pod === undefined) down.delete(uid);
      else {
        const names = containersOf(pod).map(({ name }) => name);
        const own = names.filter((name) => name.startsWith(`${set}-`));
        if (isReady(pod) && !isHalfway(pod, set) && runsItsImages(pod, own)) down.delete(uid);
      }
    }
  }

  #downOf(set: string): Map<string, number> {
    const known = this.#down.get(set) ?? new Map<string, number>();
    this.#down.set(set, known);
    return known;
  }

  /** What a Pod was, with the labels of its Namespace, at any moment that the process may have planned with. */
  #podBetween(uid: string, process: ControllerProcess): readonly (ApiPod | undefined)[] {
    const heard = process.floor("namespaces");
    const floor =
      heard < this.#namespaceChanged ? Math.min(heard, process.floor("pods")) : process.floor("pods");
    return this.#between(this.#pods.get(uid), floor);
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

/** Ready with the images that its spec has, and halfway in nothing that the set upgrades. */
function runsAsItIs(pod: ApiPod, set: SidecarSet): boolean {
  const own = containersOf(pod).filter(({ name }) => name.startsWith(`${set.metadata.name}-`));
  const names = own.map(({ name }) => name);
  return isReady(pod) && !isHalfwayFor(pod, set) && runsItsImages(pod, names);
}

/** Both containers of a hot sidecar may run: such a Pod counts as down for those that are to be upgraded, and is up. */
function isReadyHalfway(known: readonly (ApiPod | undefined)[], set: string): boolean {
  const now = known.at(-1);
  return now !== undefined && isHalfway(now, set) && known.some((pod) => pod !== undefined && isReady(pod));
}

/** What a write to a Pod, and not to its status, may change. */
function written({ spec, metadata }: ApiPod): unknown {
  return { spec, labels: metadata.labels, annotations: metadata.annotations };
}

/** Each annotation that a write changes, before and after it. */
function changedAnnotations({ metadata: before }: ApiPod, { metadata: after }: ApiPod): string {
  return Object.entries(after.annotations ?? {})
    .filter(([key, value]) => before.annotations?.[key] !== value)
    .map(([key, value]) => `${key} from ${before.annotations?.[key]} to ${value}`)
    .join(", ");
}

/** The status but for the condition that is the controller's. */
function withoutOwnCondition({ status }: ApiPod): unknown {
  // Its condition may be the first of all.
  const conditions = (status?.conditions ?? []).filter(({ type }) => type !== "SidecarSetUpgradable");
  return { ...status, conditions };
}

/** What a story tells of an object. */
function inShort(object: KubeObject): string {
  if (object.kind === "SidecarSet") return `, ${JSON.stringify(apiSet(object).spec)}`;
  if (object.kind !== "Pod") return "";
  const pod = apiPod(object);
  const containers = containersOf(pod).map(({ name, image }) => {
    const reported = statusOf(pod, name)?.image ?? "nothing";
    return reported === image ? image : `${image} (${reported} runs)`;
  });
  return `, ${isReady(pod) ? "ready" : "not ready"}, ${containers.join(", ")}`;
}

/** The Pod's spec with nothing in place of the images that may change. */
function withoutImages({ spec }: ApiPod, mayChange: (container: string) => boolean): unknown {
  const blank = (containers: ApiPod["spec"]["containers"]): ApiPod["spec"]["containers"] =>
    containers.map((container) => (mayChange(container.name) ? { ...container, image: "" } : container));
  return {
    ...spec,
    containers: blank(spec.containers),
    initContainers: blank(spec.initContainers ?? []),
  };
}
