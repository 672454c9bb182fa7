import { hostname } from "node:os";
import { EventSeries } from "../core/event-series.ts";
import { leftAlone } from "../core/left-alone.ts";
import { MissingPods } from "../core/missing-pods.ts";
import { Normalizer } from "../policy/normalizer.ts";
import { PodAnnotations } from "../policy/pod-annotations.ts";
import { SettingsJudge } from "../policy/settings-judge.ts";
import { assembleDelivery } from "./assemble-delivery.ts";
import { assembleHistory } from "./assemble-history.ts";
import type { Delivery } from "./delivery.ts";
import { EventLane } from "./event-lane.ts";
import { recordCondition, recordNotUpgradable, recordReset } from "./event-recorder.ts";
import { InFlightWrites } from "./in-flight-writes.ts";
import { KubernetesVersion } from "./kubernetes-version.ts";
import { mapEvents } from "./map-events.ts";
import { PodIndex } from "./pod-index.ts";
import { PodWriter } from "./pod-writer.ts";
import { Reconciler } from "./reconciler.ts";
import { Refusals } from "./refusals.ts";
import { RevisionIndex } from "./revision-index.ts";
import { RevisionReconciler } from "./revision-reconciler.ts";
import { RolloutViews } from "./rollout-views.ts";
import { StatusWriter } from "./status-writer.ts";
import { type Surroundings, settingsKey } from "./surroundings.ts";
import { placesOf, type Tuning } from "./tuning.ts";
import { UpgradableConditions } from "./upgradable-conditions.ts";
import { Upgrader } from "./upgrader.ts";

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

/** Makes the parts and connects caches to queues; nothing runs yet. */
export function assemble(surroundings: Surroundings, tuning: Tuning): Parts {
  const { caches, client, policyModule, queues, leads, clock, logger, metrics } = surroundings;
  const { sets, pods, policies, namespaces } = caches;
  const places = placesOf(tuning);
  const { policy } = places;
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
  const revisionIndex = new RevisionIndex();
  const history = assembleHistory(surroundings, places, { index: revisionIndex, normalizer });
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
  const delivery = assembleDelivery(surroundings, places, tuning, { normalizer, judge, history });
  const views = new RolloutViews({ pods, index, namespaceLabels, revisions: revisionIndex, writes });
  const upgrader = new Upgrader({
    sets,
    normalizer,
    views,
    writes,
    refusals,
    podWriter: new PodWriter({
      client,
      store: pods,
      writes,
      revisionOf: (normalized) => history.latestOf(normalized),
      annotations: new PodAnnotations(policyModule),
      clock,
      logger,
    }),
    leads,
    clock,
    logger,
    podWritesAtOnce: tuning.podWritesAtOnce ?? 8,
    onReset: (pod, containers, failure) => lane.add(() => recordReset(recorder, pod, containers, failure)),
  });
  const reconciler = new Reconciler({
    sets,
    pods,
    index,
    views,
    upgrader,
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
    status,
    clock,
    onNotUpgradable: (set, pods) => lane.add(() => recordNotUpgradable(recorder, set, pods)),
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
      views.podChanged(name, change);
      queues.sidecarset.addAfter(name, podGatherMs);
    },
    namespacesChanged(name) {
      views.drop(name);
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
