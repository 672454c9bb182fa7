import type { ConditionDraft } from "../core/conditions.ts";
import { injectionCondition } from "../core/injection-condition.ts";
import { type MissingPods, tellMissing } from "../core/missing-pods.ts";
import { type Plan, plan } from "../core/plan.ts";
import { invalidConditions } from "../core/rollout-conditions.ts";
import { hasNativeSidecars, type NormalizedSidecarSet } from "../core/sidecars.ts";
import type { Counters } from "../core/status.ts";
import { type StatusDetails, statusDetails } from "../core/status-details.ts";
import { isToldOf } from "../core/upgradable-condition.ts";
import type { Store } from "../k8s/store.ts";
import type { Pod } from "../model/pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Normalizer } from "../policy/normalizer.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ReconcileResult } from "../runtime/workers.ts";
import type { Delivery } from "./delivery.ts";
import type { InFlightWrites } from "./in-flight-writes.ts";
import { type KubernetesVersion, versionAgeMs } from "./kubernetes-version.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Refusals } from "./refusals.ts";
import type { RevisionHistory, SetHistory } from "./revision-history.ts";
import type { RolloutViews } from "./rollout-views.ts";
import { soonest } from "./soonest.ts";
import type { StatusWriter } from "./status-writer.ts";
import { conditionsPauseMs, type UpgradableConditions } from "./upgradable-conditions.ts";
import type { Upgrader } from "./upgrader.ts";

/** What a reconciler works with. */
export interface ReconcilerOptions {
  readonly sets: Store<SidecarSet>;
  readonly pods: Store<Pod>;
  readonly index: PodIndex;
  readonly normalizer: Pick<Normalizer, "normalize">;
  readonly delivery: Pick<Delivery, "findings">;
  readonly history: Pick<RevisionHistory, "find" | "problemOf">;
  readonly views: Pick<RolloutViews, "of" | "drop">;
  readonly upgrader: Pick<Upgrader, "upgrade" | "settleLost">;
  readonly writes: Pick<InFlightWrites, "all">;
  readonly refusals: Pick<Refusals, "current" | "nextTry">;
  readonly missing: Pick<MissingPods, "of">;
  readonly upgradable: Pick<UpgradableConditions, "write">;
  readonly kubernetes: Pick<KubernetesVersion, "restartsNativeSidecars">;
  readonly status: Pick<StatusWriter, "offer">;
  readonly clock: Clock;
  readonly observe?: (set: string, found: Counters & StatusDetails) => void;
  /** Told once for each state of a set that some Pods cannot be brought to in place. */
  readonly onNotUpgradable?: (set: SidecarSet, pods: number) => void;
}

/** Until an estimate of the time left is looked at again, for a rollout that has come to a halt. */
const paceMs = 30_000;

/** Until a Pod whose write got lost is read again. */
const lostWriteMs = 1_000;

const moreConditions = {
  kind: "requeue",
  afterMs: conditionsPauseMs,
  reason: "conditions of Pods to be written",
} as const;

/** Brings the running Pods of one SidecarSet closer to its spec, and its status to what was found. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  /** States of sets of which it was told that Pods cannot be brought to them. */
  readonly #toldNotUpgradable = new Map<string, NormalizedSidecarSet>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** One pass over the set of this name. Rejects when a Pod could not be written, after trying the others. */
  async reconcile(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const { sets, normalizer, delivery, status, views } = this.#options;
    const set = sets.get(name);
    if (set === undefined) {
      views.drop(name);
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

  async #rollOut(
    name: string,
    normalized: NormalizedSidecarSet,
    history: SetHistory | undefined,
    signal: AbortSignal,
    report: (counters: Counters, details: StatusDetails, conditions: readonly ConditionDraft[]) => void,
  ): Promise<ReconcileResult> {
    const { pods, index, views, upgrader, writes, refusals, missing, kubernetes, clock, observe } =
      this.#options;
    const restartsNative =
      !hasNativeSidecars(normalized) || (await kubernetes.restartsNativeSidecars(signal));
    const facts = { restartsNative, latest: history?.latest };
    const allSettled = await upgrader.settleLost(views.of(name, normalized, facts).ledger, signal);
    const { strategy, judge, ledger, pace, lacksMetadata } = views.of(name, normalized, facts);
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
    const { refused, isTimeUp } = await upgrader.upgrade(normalized, upgrades, signal);
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

  #tellNotUpgradable(name: string, normalized: NormalizedSidecarSet, held: Plan["held"]): void {
    const notUpgradable = ["PodRecreationRequired", "NativeRestartUnsupported"] as const;
    const count = notUpgradable.reduce((sum, reason) => sum + (held.get(reason)?.size ?? 0), 0);
    if (count === 0 || this.#toldNotUpgradable.get(name) === normalized) return;
    this.#toldNotUpgradable.set(name, normalized);
    this.#options.onNotUpgradable?.(normalized.set, count);
  }
}
