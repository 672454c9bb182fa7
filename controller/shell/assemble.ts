import { hostname } from "node:os";
import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { openKruise } from "../core/open-kruise.ts";
import type { ApiClient } from "../k8s/client.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { Normalizer } from "../policy/normalizer.ts";
import { PodAnnotations } from "../policy/pod-annotations.ts";
import { SettingsJudge } from "../policy/settings-judge.ts";
import type { Clock } from "../runtime/clock.ts";
import type { WorkQueue } from "../runtime/work-queue.ts";
import type { Caches } from "./caches.ts";
import { EventSeries } from "../core/event-series.ts";
import { leftAlone } from "../core/left-alone.ts";
import { MissingPods } from "../core/missing-pods.ts";
import { EventLane } from "./event-lane.ts";
import { recordCondition, recordNotUpgradable, recordReset } from "./event-recorder.ts";
import type { Delivery } from "./delivery.ts";
import { InFlightWrites } from "./in-flight-writes.ts";
import { KeptSettings } from "./kept-settings.ts";
import { KubernetesVersion } from "./kubernetes-version.ts";
import { mapEvents } from "./map-events.ts";
import { PodIndex } from "./pod-index.ts";
import { PodWriter } from "./pod-writer.ts";
import { AdoptedRevisions } from "./adopted-revisions.ts";
import { PinnedRevisions } from "./pinned-revisions.ts";
import { Refusals } from "./refusals.ts";
import { Reconciler } from "./reconciler.ts";
import { RevisionHistory } from "./revision-history.ts";
import { RevisionIndex } from "./revision-index.ts";
import { RevisionReconciler } from "./revision-reconciler.ts";
import { RevisionWriter } from "./revision-writer.ts";
import { SetDocuments } from "./set-documents.ts";
import { SettingsConfirmation } from "./settings-confirmation.ts";
import { SettingsWriter } from "./settings-writer.ts";
import { UpgradableConditions } from "./upgradable-conditions.ts";
import { StatusWriter } from "./status-writer.ts";

/** What may be set; what is absent has the default told there. */
export interface Tuning {
  /** Name of the ClusterAdmissionPolicy that injects. Default: sidecarset-injection. */
  readonly policy?: string;
  /** Namespace of Kubewarden's PolicyServers. Default: kubewarden. */
  readonly kubewardenNamespace?: string;
  /** Namespace of the ControllerRevisions. Default: sidecarset-system. */
  readonly revisionNamespace?: string;
  /** Namespace from which revisions that OpenKruise kept are taken over; "" takes none. Default: kruise-system. */
  readonly adoptRevisionsFrom?: string;
  /** From one write of the settings to the next, in milliseconds; the first goes at once. Default: 60 000. */
  readonly settingsIntervalMs?: number;
  /** How long a change waits for others to be written with it. Default: 100. */
  readonly settingsGatherMs?: number;
  /** Largest settings in bytes. Default: 900 KiB, for all policies of a PolicyServer share a ConfigMap of 1 MiB. */
  readonly settingsLimitBytes?: number;
  /** Between two status writes to one set. Default: 1000. */
  readonly statusIntervalMs?: number;
  /** Pods of one set written to at once. Default: 8. */
  readonly podWritesAtOnce?: number;
}

/** The queues of the four kinds of work. */
export interface Queues {
  /** Keys are names of SidecarSets. */
  readonly sidecarset: WorkQueue;
  /** The only key is `settingsKey`. */
  readonly settings: WorkQueue;
  /** Keys are names of SidecarSets. */
  readonly status: WorkQueue;
  /** Keys are names of SidecarSets. */
  readonly revision: WorkQueue;
}

/** What the parts are made from. */
export interface Surroundings {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly policyModule: PolicyModule;
  readonly queues: Queues;
  readonly leads: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics | undefined;
}

/** The parts that work on keys. */
export interface Parts {
  readonly reconciler: Reconciler;
  readonly delivery: Delivery;
  readonly status: StatusWriter;
  readonly revisions: RevisionReconciler;
  readonly writes: InFlightWrites;
}

/** A Pod's change waits this long for others, so that a burst of them takes one pass. */
const podGatherMs = 20;

/** Where the controller keeps what is its own, unless told otherwise. */
export const ownNamespace = "sidecarset-system";

/** The only key of the settings queue. */
export const settingsKey = "settings";

/** Makes the parts and connects caches to queues; nothing runs yet. */
export function assemble(surroundings: Surroundings, tuning: Tuning): Parts {
  const { caches, client, policyModule, queues, leads, clock, logger, metrics } = surroundings;
  const { sets, pods, policies, namespaces } = caches;
  const policy = tuning.policy ?? "sidecarset-injection";
  const normalizer = new Normalizer(policyModule);
  const judge = new SettingsJudge(policyModule);
  const index = new PodIndex();
  const writes = new InFlightWrites();
  const refusals = new Refusals();
  const namespaceLabels = (namespace: string) => namespaces.get(namespace)?.metadata.labels;
  let leavesAlone = leftAlone(undefined, namespaceLabels);
  const missing = new MissingPods({
    pods: () => pods.values(),
    namespaceLabels,
    leavesAlone: (pod) => leavesAlone(pod),
  });
  const lane = new EventLane(() => logger.debug({}, "Too many Events wait, one is dropped"));
  const recorder = { client, clock, logger, series: new EventSeries(), instance: hostname() };
  const status = new StatusWriter({
    client,
    store: sets,
    queue: queues.status,
    clock,
    intervalMs: tuning.statusIntervalMs ?? 1_000,
    logger,
    onReason: (set, condition) => lane.add(() => recordCondition(recorder, set, condition)),
  });
  const namespace = tuning.revisionNamespace ?? ownNamespace;
  const adoptFrom = tuning.adoptRevisionsFrom ?? openKruise.namespace;
  const revisionIndex = new RevisionIndex();
  const revisionWriter = new RevisionWriter({ client, store: caches.revisions, namespace });
  const history = new RevisionHistory({
    index: revisionIndex,
    writer: revisionWriter,
    pinned: new PinnedRevisions({ client, normalizer }),
    adopted: new AdoptedRevisions({
      client,
      writer: revisionWriter,
      namespace: adoptFrom === "" || adoptFrom === namespace ? undefined : adoptFrom,
      hasNamespace: (name) => namespaces.get(name) !== undefined,
      logger,
    }),
    policy: policyModule,
    clock,
    logger,
  });
  const settingsChanged = (): void => queues.settings.addAfter(settingsKey, tuning.settingsGatherMs ?? 100);
  const revisions = new RevisionReconciler({
    sets,
    normalizer,
    history,
    index,
    onHistory(set) {
      settingsChanged();
      queues.sidecarset.add(set);
    },
  });
  const delivery: Delivery = new SettingsWriter({
    client,
    sets,
    policies,
    documents: new SetDocuments({ normalizer, history }),
    judge,
    confirmation: new SettingsConfirmation({
      client,
      pods,
      namespace: tuning.kubewardenNamespace ?? "kubewarden",
      kept: new KeptSettings({ client, namespace, policy, logger }),
      clock,
    }),
    policy,
    limitBytes: tuning.settingsLimitBytes ?? 900 * 1024,
    intervalMs: tuning.settingsIntervalMs ?? 60_000,
    clock,
    logger,
    onDecision() {
      for (const { metadata } of sets.values()) queues.sidecarset.add(metadata.name);
    },
  });
  const reconciler = new Reconciler({
    sets,
    pods,
    index,
    namespaceLabels,
    missing,
    normalizer,
    delivery,
    history,
    writes,
    refusals,
    kubernetes: new KubernetesVersion(client, clock),
    upgradable: new UpgradableConditions({
      client,
      exists: (set) => sets.get(set) !== undefined,
      leads,
      clock,
    }),
    revisions: revisionIndex,
    podWriter: new PodWriter({
      client,
      store: pods,
      writes,
      revisionOf: (normalized) => history.latestOf(normalized),
      annotations: new PodAnnotations(policyModule),
      clock,
      logger,
    }),
    status,
    leads,
    clock,
    logger,
    podWritesAtOnce: tuning.podWritesAtOnce ?? 8,
    onNotUpgradable: (set, pods) => lane.add(() => recordNotUpgradable(recorder, set, pods)),
    onReset: (pod, containers, failure) => lane.add(() => recordReset(recorder, pod, containers, failure)),
    ...(metrics && { observe: (set, found) => metrics.setSidecarSet(set, found) }),
  });
  mapEvents({
    caches,
    index,
    revisionIndex,
    writes,
    refusals,
    missing,
    policy,
    missingChanged: (name) => queues.sidecarset.addAfter(name, podGatherMs),
    policyChanged() {
      leavesAlone = leftAlone(policies.get(policy)?.spec, namespaceLabels);
      missing.allChanged();
    },
    setChanged: (name) => queues.sidecarset.add(name),
    podChanged(name, change) {
      reconciler.podChanged(name, change);
      queues.sidecarset.addAfter(name, podGatherMs);
    },
    namespacesChanged(name) {
      reconciler.selectAnew(name);
      queues.sidecarset.add(name);
    },
    settingsChanged,
    historyChanged: (name) => queues.revision.add(name),
    setGone({ metadata }) {
      normalizer.forget(metadata.uid);
      judge.forget(metadata.name);
      history.forget(metadata.name);
      delivery.forget(metadata.name);
      status.forget(metadata.name);
      metrics?.removeSidecarSet(metadata.name);
    },
  });
  return { reconciler, delivery, status, revisions, writes };
}
