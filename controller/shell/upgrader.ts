import type { Upgrade } from "../core/plan.ts";
import type { PodLedger } from "../core/pod-ledger.ts";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import type { Store } from "../k8s/store.ts";
import { type Pod, podKey } from "../model/pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { Normalizer } from "../policy/normalizer.ts";
import type { Clock } from "../runtime/clock.ts";
import { forEachAtOnce } from "./for-each-at-once.ts";
import type { InFlightWrites } from "./in-flight-writes.ts";
import type { PodWriter } from "./pod-writer.ts";
import { isRefusal, type Refusals } from "./refusals.ts";
import type { RolloutViews } from "./rollout-views.ts";

/** What an upgrader works with. */
export interface UpgraderOptions {
  readonly sets: Pick<Store<SidecarSet>, "get">;
  readonly normalizer: Pick<Normalizer, "normalize">;
  readonly views: Pick<RolloutViews, "open">;
  readonly writes: Pick<InFlightWrites, "isLost">;
  readonly refusals: Pick<Refusals, "note" | "forget">;
  readonly podWriter: Pick<PodWriter, "write" | "settle">;
  /** Asked before every write to a Pod. */
  readonly leads: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Requests to Pods under way at once, for one set. */
  readonly podWritesAtOnce: number;
  /** Told of containers of hot upgrades that were given the empty image, or why the server refused that. */
  readonly onReset?: (pod: Pod, containers: readonly string[], failure?: string) => void;
}

/** A pass begins no further upgrade after this time, so that status and budget follow what has happened meanwhile. */
const longestPassMs = 1_000;

/** Refused Pods after which a pass gives up: more of them have one cause, such as missing rights. */
const mostRefusals = 3;

/** Does to Pods what was planned for them, many at once. */
export class Upgrader {
  readonly #options: UpgraderOptions;

  constructor(options: UpgraderOptions) {
    this.#options = options;
  }

  /**
   * Upgrades until a request fails, the set changes, the time of a pass is up or the signal is aborted; what is under way
   * then is waited for. A Pod that is refused is noted, and the others go on. Resolves with the number of those.
   */
  async upgrade(
    normalized: NormalizedSidecarSet,
    upgrades: readonly Upgrade[],
    signal: AbortSignal,
  ): Promise<{ readonly refused: number; readonly isTimeUp: boolean }> {
    const { views, podWriter, podWritesAtOnce, refusals, leads, clock, logger, onReset } = this.#options;
    let refused = 0;
    let isTimeUp = false;
    const end = clock.monotonic() + longestPassMs;
    const { name, generation } = normalized.set.metadata;
    const context = { SidecarSet: name, generation };
    await forEachAtOnce(upgrades, podWritesAtOnce, async (upgrade) => {
      if (signal.aborted || !leads() || !this.#isCurrent(normalized)) return false;
      isTimeUp = clock.monotonic() >= end;
      if (isTimeUp) return false;
      views.open(upgrade.pod);
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

  /** Reads the Pods again whose writes got no answer. False when some could not be read. */
  async settleLost({ open }: PodLedger, signal: AbortSignal): Promise<boolean> {
    const { writes, podWriter, podWritesAtOnce } = this.#options;
    const lost = [...open.values()].filter(({ uid }) => writes.isLost(uid));
    let allSettled = true;
    await forEachAtOnce(lost, podWritesAtOnce, async (pod) => {
      if (!(await podWriter.settle(pod, signal))) allSettled = false;
      return true;
    });
    return allSettled;
  }

  /** False once the set has changed or gone since it was planned for: paused, for instance. */
  #isCurrent(normalized: NormalizedSidecarSet): boolean {
    const set = this.#options.sets.get(normalized.set.metadata.name);
    if (set === undefined) return false;
    const normalization = this.#options.normalizer.normalize(set);
    return normalization.kind === "normalized" && normalization.normalized === normalized;
  }
}
