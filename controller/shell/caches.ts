import type { ApiClient } from "../k8s/client.ts";
import type { Codec } from "../k8s/codec/codec.ts";
import { objectCodec } from "../k8s/codec/json-codec.ts";
import { podCodec } from "../k8s/codec/pod-codec.ts";
import { revisionCodec } from "../k8s/codec/revision-codec.ts";
import type { ReflectorActivity, ReflectorOptions } from "../k8s/reflector-options.ts";
import { Reflector } from "../k8s/reflector.ts";
import {
  clusterAdmissionPolicies,
  controllerRevisions,
  namespaces,
  pods,
  type ResourceType,
  sidecarSets,
} from "../k8s/resource.ts";
import { Store } from "../k8s/store.ts";
import type { Pod, StringMap } from "../model/pod.ts";
import { type Revision, setNameLabel } from "../model/revision.ts";
import { samePod } from "../model/same-pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ClusterAdmissionPolicy } from "./settings-writer.ts";

/** A Namespace, as far as the controller reads it. */
export interface Namespace {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: StringMap;
  };
}

/** What the caches are filled from. */
export interface CachesOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Namespace of the ControllerRevisions. */
  readonly revisionNamespace: string;
  readonly observe?: (activity: ReflectorActivity) => void;
}

/** Everything the controller knows of the cluster. */
export class Caches {
  readonly sets: Store<SidecarSet>;
  readonly pods: Store<Pod>;
  readonly namespaces: Store<Namespace>;
  readonly revisions: Store<Revision>;
  readonly policies: Store<ClusterAdmissionPolicy>;
  readonly reflectors: readonly Pick<Reflector<never>, "resource" | "hasSynced" | "lastActivity">[];
  /** Resolves when all but the policies are known. */
  readonly synced: Promise<unknown>;
  /** Resolves when the policies are known: never, in a cluster without Kubewarden. */
  readonly policiesSynced: Promise<void>;
  readonly #renew: readonly (() => Promise<void>)[];
  readonly #run: readonly ((signal: AbortSignal) => Promise<void>)[];

  constructor(options: CachesOptions) {
    const sets = reflect(options, sidecarSets, objectCodec<SidecarSet>());
    const pods_ = reflect(options, pods, podCodec(), { same: samePod, streamList: true });
    const namespaces_ = reflect(options, namespaces, objectCodec<Namespace>(), { same: sameLabels });
    const revisions = reflect(options, controllerRevisions, revisionCodec(), {
      namespace: options.revisionNamespace,
      query: { labelSelector: setNameLabel },
    });
    const policies = reflect(options, clusterAdmissionPolicies, objectCodec<ClusterAdmissionPolicy>());
    this.sets = sets.store;
    this.pods = pods_.store;
    this.namespaces = namespaces_.store;
    this.revisions = revisions.store;
    this.policies = policies.store;
    const needed = [sets.reflector, pods_.reflector, namespaces_.reflector, revisions.reflector];
    const all = [...needed, policies.reflector];
    this.reflectors = all;
    this.synced = Promise.all(needed.map(({ synced }) => synced));
    this.policiesSynced = policies.reflector.synced;
    this.#renew = needed.map((reflector) => () => reflector.renew());
    this.#run = all.map((reflector) => (signal) => reflector.run(signal));
    // Whoever waits is told; that nobody does is no failure.
    this.synced.catch(() => {});
  }

  /** Watches anew. Resolves when all but the policies are sure to hear what was written before, within moments. */
  async renew(): Promise<void> {
    await Promise.all(this.#renew.map((renew) => renew()));
  }

  /** Keeps the caches up to date until the signal is aborted; rejects only when that breaks down. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#run.map((run) => run(signal)));
  }
}

function reflect<T>(
  { client, clock, logger, observe }: CachesOptions,
  resource: ResourceType,
  codec: Codec<T>,
  {
    same,
    ...part
  }: { readonly same?: (before: T, after: T) => boolean } & Pick<
    ReflectorOptions<T>,
    "namespace" | "query" | "streamList"
  > = {},
): { readonly store: Store<T>; readonly reflector: Reflector<T> } {
  const store = new Store<T>({ identify: (object) => codec.identify(object), logger, ...(same && { same }) });
  const reflector = new Reflector({
    client,
    resource,
    codec,
    store,
    clock,
    logger,
    ...part,
    ...(observe && { observe }),
  });
  return { store, reflector };
}

function sameLabels(before: Namespace, after: Namespace): boolean {
  return JSON.stringify(before.metadata.labels) === JSON.stringify(after.metadata.labels);
}
