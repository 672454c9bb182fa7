import type { ConditionDraft } from "../core/conditions.ts";
import { injectionCondition } from "../core/injection-condition.ts";
import type { NamespaceLabels } from "../core/left-alone.ts";
import { type MissingPods, tellMissing } from "../core/missing-pods.ts";
import { isToldOf } from "../core/upgradable-condition.ts";
import { type Plan, plan, type Upgrade } from "../core/plan.ts";
import { PodLedger } from "../core/pod-ledger.ts";
import { injectedSets } from "../core/pod-records.ts";
import { invalidConditions } from "../core/rollout-conditions.ts";
import { RolloutPace } from "../core/rollout-pace.ts";
import { hasNativeSidecars, type NormalizedSidecarSet } from "../core/sidecars.ts";
import type { Counters } from "../core/status.ts";
import { type StatusDetails, statusDetails } from "../core/status-details.ts";
import type { Change, Store } from "../k8s/store.ts";
import { type Pod, podKey } from "../model/pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { Normalizer } from "../policy/normalizer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ReconcileResult } from "../runtime/workers.ts";
import { forEachAtOnce } from "./for-each-at-once.ts";
import type { Delivery } from "./delivery.ts";
import type { InFlightWrites } from "./in-flight-writes.ts";
import { type KubernetesVersion, versionAgeMs } from "./kubernetes-version.ts";
import { isRefusal, type Refusals } from "./refusals.ts";
import { metadataJudge } from "../core/pod-metadata.ts";
import type { RevisionIndex } from "./revision-index.ts";
import type { RevisionHistory, SetHistory } from "./revision-history.ts";
import type { PodIndex } from "./pod-index.ts";
import type { PodWriter } from "./pod-writer.ts";
import { type SetView, setView } from "./set-view.ts";
import { soonest } from "./soonest.ts";
import { conditionsPauseMs, type UpgradableConditions } from "./upgradable-conditions.ts";
import type { StatusWriter } from "./status-writer.ts";

/** What a reconciler works with. */
export interface ReconcilerOptions {
  readonly sets: Store<SidecarSet>;
  readonly pods: Store<Pod>;
  readonly index: PodIndex;
  readonly namespaceLabels: NamespaceLabels;
  readonly normalizer: Pick<Normalizer, "normalize">;
  readonly delivery: Pick<Delivery, "findings">;
  readonly history: Pick<RevisionHistory, "find" | "problemOf">;
  readonly writes: InFlightWrites;
  readonly refusals: Refusals;
  readonly missing: Pick<MissingPods, "of">;
  readonly revisions: Pick<RevisionIndex, "revisionsOf">;
  readonly podWriter: PodWriter;
  readonly upgradable: Pick<UpgradableConditions, "write">;
  readonly kubernetes: Pick<KubernetesVersion, "restartsNativeSidecars">;
  readonly status: Pick<StatusWriter, "offer">;
  /** Asked before every write to a Pod. */
  readonly leads: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Requests to Pods under way at once, for one set. */
  readonly podWritesAtOnce: number;
  readonly observe?: (set: string, found: Counters & StatusDetails) => void;
  /** Told once for each state of a set that some Pods cannot be brought to in place. */
  readonly onNotUpgradable?: (set: SidecarSet, pods: number) => void;
  /** Told of containers of hot upgrades that were given the empty image, or why the server refused that. */
  readonly onReset?: (pod: Pod, containers: readonly string[], failure?: string) => void;
}

/** Until an estimate of the time left is looked at again, for a rollout that has come to a halt. */
const paceMs = 30_000;

/** Until a Pod whose write got lost is read again. */
const lostWriteMs = 1_000;

/** A pass begins no further upgrade after this time, so that status and budget follow what has happened meanwhile. */
const longestPassMs = 1_000;

/** Refused Pods after which a pass gives up: more of them have one cause, such as missing rights. */
const mostRefusals = 3;

const moreConditions = {
  kind: "requeue",
  afterMs: conditionsPauseMs,
  reason: "conditions of Pods to be written",
} as const;

/** A state of a set and its Pods by where they stand to it. */
interface View extends SetView {
  readonly restartsNative: boolean;
  /** Name of the set's revision; undefined while it has none. */
  readonly latest: string | undefined;
  readonly lacksMetadata: (pod: Pod) => boolean;
  readonly ledger: PodLedger;
  readonly pace: RolloutPace;
}

/** Brings the running Pods of one SidecarSet closer to its spec, and its status to what was found. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #views = new Map<string, View>();
  /** States of sets of which it was told that Pods cannot be brought to them. */
  readonly #toldNotUpgradable = new Map<string, NormalizedSidecarSet>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** One pass over the set of this name. Rejects when a Pod could not be written, after trying the others. */
  async reconcile(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const { sets, normalizer, delivery, status } = this.#options;
    const set = sets.get(name);
    if (set === undefined) {
      this.#views.delete(name);
      this.#toldNotUpgradable.delete(name);
      return this.#forget(name, signal);
    }
    const findings = delivery.findings(set);
    const injection = findings === undefined ? [] : [injectionCondition(findings)];
    const { uid, generation } = set.metadata;
    const normalization = normalizer.normalize(set);
    if (normalization.kind === "invalid") {
      const conditions = [...injection, ...invalidConditions(normalization.problems)];
      status.offer(name, { uid, generation, conditions });
      return { kind: "done" };
    }
    const { normalized } = normalization;
    const history = this.#options.history.find(set, normalized);
    return this.#rollOut(name, normalized, history, signal, (counters, details, rollout) =>
      status.offer(name, {
        uid,
        generation,
        counters,
        details,
        ...(history && {
          history: { latestRevision: history.latest, collisionCount: history.collisionCount },
        }),
        conditions: [...injection, ...rollout],
      }),
    );
  }

  /** Takes what the conditions of Pods say of a set that is gone away. */
  async #forget(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const told = [...this.#options.index.podsOf(name)].filter((pod) => isToldOf(pod, name));
    const untold = told.map((pod) => ({ pod, entry: "absent" as const }));
    const more = await this.#options.upgradable.write(name, untold, signal);
    return more ? moreConditions : { kind: "done" };
  }

  /** Takes a Pod's change into the account of a set whose Pod it is or was. O(1), or O(log Pods) for one that waits. */
  podChanged(name: string, change: Change<Pod>): void {
    const ledger = this.#views.get(name)?.ledger;
    if (ledger === undefined) return;
    if (change.kind !== "removed" && injectedSets(change.after).includes(name)) {
      ledger.put(change.after, this.#options.writes.all.has(change.after.uid));
    } else if (change.kind !== "added") ledger.remove(change.before.uid);
  }

  /** Has a set's Pods selected anew at its next pass: labels of a namespace have changed. */
  selectAnew(name: string): void {
    this.#views.delete(name);
  }

  async #rollOut(
    name: string,
    normalized: NormalizedSidecarSet,
    history: SetHistory | undefined,
    signal: AbortSignal,
    report: (counters: Counters, details: StatusDetails, conditions: readonly ConditionDraft[]) => void,
  ): Promise<ReconcileResult> {
    const { pods, index, writes, refusals, missing, kubernetes, clock, observe } = this.#options;
    const restartsNative =
      !hasNativeSidecars(normalized) || (await kubernetes.restartsNativeSidecars(signal));
    const facts = { restartsNative, latest: history?.latest };
    const allSettled = await this.#settleLost(this.#view(name, normalized, facts).ledger, signal);
    const { strategy, judge, ledger, pace, lacksMetadata } = this.#view(name, normalized, facts);
    const writesNow = { writes: writes.all, cacheVersion: pods.resourceVersion, now: clock.now() };
    ledger.review(writesNow);
    const planned = plan({
      normalized,
      strategy,
      judge,
      ledger,
      pods: index.podsOf(name),
      refusals: refusals.current(writesNow.now),
      restartsNative,
      lacksMetadata,
      ...writesNow,
    });
    const { upgrades, held, counters, conditions, requeueAfterMs } = planned;
    const without = missing.of(name);
    const account = { versions: ledger.versions, missing: without, pace, now: clock.monotonic() };
    const details = statusDetails(planned, account);
    observe?.(name, { ...counters, ...details });
    report(counters, details, tellMissing(conditions, without));
    // Pods record the revision that they are upgraded to, so it comes first; this key is added again then.
    if (history === undefined && this.#options.history.problemOf(normalized) === undefined)
      return { kind: "done" };
    const { refused, isTimeUp } = await this.#apply(name, normalized, upgrades, signal);
    const more = await this.#options.upgradable.write(name, ledger.untold.values(), signal);
    this.#tellNotUpgradable(name, normalized, held);
    if (refused > 0) return { kind: "requeue", afterMs: 0, reason: "refused, going on with others" };
    if (isTimeUp) return { kind: "requeue", afterMs: 0, reason: "more to upgrade" };
    if (!allSettled) return { kind: "requeue", afterMs: lostWriteMs, reason: "write without an answer" };
    const uids = [...(held.get("UpgradeRefused") ?? [])].map(({ uid }) => uid);
    const retryMs = refusals.nextTry(uids, clock.now());
    const isEstimated = details.estimatedTimeLeft !== undefined;
    return soonest([
      { afterMs: retryMs, reason: "refused" },
      { afterMs: requeueAfterMs, reason: "kubelet has not answered" },
      { afterMs: held.has("NativeRestartUnsupported") ? versionAgeMs : undefined, reason: "old kubelets" },
      { afterMs: more ? conditionsPauseMs : undefined, reason: moreConditions.reason },
      { afterMs: isEstimated ? paceMs : undefined, reason: "time left is estimated" },
    ]);
  }

  /**
   * Upgrades until a request fails, the set changes, the time of a pass is up or the signal is aborted; what is under way
   * then is waited for. A Pod that is refused is noted, and the others go on. Resolves with the number of those.
   */
  async #apply(
    name: string,
    normalized: NormalizedSidecarSet,
    upgrades: readonly Upgrade[],
    signal: AbortSignal,
  ): Promise<{ readonly refused: number; readonly isTimeUp: boolean }> {
    const { podWriter, podWritesAtOnce, refusals, leads, clock, logger, onReset } = this.#options;
    let refused = 0;
    let isTimeUp = false;
    const end = clock.monotonic() + longestPassMs;
    const { generation } = normalized.set.metadata;
    const context = { SidecarSet: name, generation };
    await forEachAtOnce(upgrades, podWritesAtOnce, async (upgrade) => {
      if (signal.aborted || !leads() || !this.#isCurrent(name, normalized)) return false;
      isTimeUp = clock.monotonic() >= end;
      if (isTimeUp) return false;
      this.#openForAll(upgrade.pod);
      const resets = upgrade.steps.flatMap(({ kind, container }) => (kind === "reset" ? container : []));
      try {
        const result = await podWriter.write(upgrade, normalized, context, signal);
        refusals.forget(upgrade.pod.uid);
        if (result === "written" && resets.length > 0) onReset?.(upgrade.pod, resets);
      } catch (err) {
        if (isRefusal(err) && resets.length > 0) onReset?.(upgrade.pod, resets, err.said);
        if (!isRefusal(err) || ++refused > mostRefusals) throw err;
        refusals.note(upgrade.pod.uid, err.said, clock.now());
        logger.warn(
          { ...context, Pod: podKey(upgrade.pod), err },
          "Pod must not be changed, going on without it",
        );
      }
      return true;
    });
    if (upgrades.length > 0)
      logger.debug({ ...context, upgrades: upgrades.length, refused }, "Upgraded Pods");
    return { refused, isTimeUp };
  }

  #tellNotUpgradable(name: string, normalized: NormalizedSidecarSet, held: Plan["held"]): void {
    const notUpgradable = ["PodRecreationRequired", "NativeRestartUnsupported"] as const;
    const count = notUpgradable.reduce((sum, reason) => sum + (held.get(reason)?.size ?? 0), 0);
    if (count === 0 || this.#toldNotUpgradable.get(name) === normalized) return;
    this.#toldNotUpgradable.set(name, normalized);
    this.#options.onNotUpgradable?.(normalized.set, count);
  }

  /** False once the set has changed or gone since it was planned for: paused, for instance. */
  #isCurrent(name: string, normalized: NormalizedSidecarSet): boolean {
    const set = this.#options.sets.get(name);
    if (set === undefined) return false;
    const normalization = this.#options.normalizer.normalize(set);
    return normalization.kind === "normalized" && normalization.normalized === normalized;
  }

  /** A Pod that is about to be written to is in the middle of something for every set that is in it. */
  #openForAll(pod: Pod): void {
    if (this.#options.pods.get(podKey(pod)) !== pod) return;
    for (const set of injectedSets(pod)) this.#views.get(set)?.ledger.put(pod, true);
  }

  async #settleLost({ open }: PodLedger, signal: AbortSignal): Promise<boolean> {
    const { writes, podWriter, podWritesAtOnce } = this.#options;
    const lost = [...open.values()].filter(({ uid }) => writes.isLost(uid));
    let allSettled = true;
    await forEachAtOnce(lost, podWritesAtOnce, async (pod) => {
      if (!(await podWriter.settle(pod, signal))) allSettled = false;
      return true;
    });
    return allSettled;
  }

  #view(
    name: string,
    normalized: NormalizedSidecarSet,
    { restartsNative, latest }: Pick<View, "restartsNative" | "latest">,
  ): View {
    const { index, namespaceLabels, revisions, writes } = this.#options;
    const known = this.#views.get(name);
    const isCurrent = known?.restartsNative === restartsNative && known.latest === latest;
    if (isCurrent && known.normalized === normalized) return known;
    const lacksMetadata = metadataJudge(normalized, latest, () => revisions.revisionsOf(name));
    const view = { ...setView(normalized), restartsNative, latest, lacksMetadata };
    const ledger = new PodLedger({ ...view, selects: (pod) => view.selects(pod, namespaceLabels) });
    for (const pod of index.podsOf(name)) ledger.put(pod, writes.all.has(pod.uid));
    const made = { ...view, ledger, pace: new RolloutPace() };
    this.#views.set(name, made);
    return made;
  }
}
