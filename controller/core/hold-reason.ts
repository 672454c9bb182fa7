import type { Pod } from "../model/pod.ts";
import type { PodState } from "./pod-state.ts";
import type { HoldReason } from "./reason.ts";
import type { NormalizedSidecarSet } from "./sidecars.ts";
import type { EffectiveStrategy } from "./update-strategy.ts";

/** A matched Pod with all that one round of planning knows of it. */
export interface Judged {
  readonly pod: Pod;
  readonly state: PodState;
  /** The cache does not show the last write. */
  readonly unseen: boolean;
  /** Containers for which the kubelet has not acted on the last write. */
  readonly unanswered: readonly string[];
  /** Upgraded not long ago. */
  readonly recent: boolean;
  /** The API server has refused to change it. */
  readonly refused: boolean;
}

/** Why a Pod that is not up to date is not upgraded now, whatever the budget; undefined when it may be. */
export function holdReason(
  { pod, state, unseen, unanswered, refused }: Judged,
  strategy: EffectiveStrategy,
  normalized: NormalizedSidecarSet,
): HoldReason | undefined {
  if (unseen) return "UpgradeInFlight";
  if (!strategy.updates) return "UpdatesDisabled";
  if (!state.upgradable || differsInNativeSidecars(pod, normalized)) return "PodRecreationRequired";
  if (strategy.paused) return "RolloutPaused";
  if (!strategy.selects(pod.labels)) return "NotSelected";
  if (state.settling || (unanswered.length > 0 && pod.ready)) return "UpgradeInFlight";
  return refused ? "UpgradeRefused" : undefined;
}

/** Native sidecars are part of the hash, but their images are not upgraded in place. */
function differsInNativeSidecars(pod: Pod, { set }: NormalizedSidecarSet): boolean {
  return (set.spec.initContainers ?? []).some(({ name, image, restartPolicy }) => {
    if (restartPolicy !== "Always") return false;
    const carried = pod.initContainers.find((container) => container.name === name);
    return carried !== undefined && carried.image !== image;
  });
}
