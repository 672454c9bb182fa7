import type { Pod } from "../model/pod.ts";
import type { PodState } from "./pod-state.ts";
import { rolesOf } from "./hot-upgrade.ts";
import { containerIn } from "./pod-containers.ts";
import type { HoldReason } from "./reason.ts";
import { type NormalizedSidecarSet, sidecarsOf } from "./sidecars.ts";
import type { EffectiveStrategy } from "./update-strategy.ts";

/** A matched Pod with all that one round of planning knows of it. */
export interface Judged {
  readonly pod: Pod;
  readonly state: PodState;
  /** The cache does not show the last write. */
  readonly unseen: boolean;
  /** That write restarts a container. */
  readonly restarting: boolean;
  /** Containers for which the kubelet has not acted on the last write. */
  readonly unanswered: readonly string[];
  /** Upgraded not long ago. */
  readonly recent: boolean;
  /** Upgraded long ago, and the kubelet still runs a container as it was before. */
  readonly overdue: boolean;
  /** The API server has refused to change it. */
  readonly refused: boolean;
}

/** What decides for all Pods of a set alike. */
export interface HoldRules {
  readonly strategy: EffectiveStrategy;
  readonly normalized: NormalizedSidecarSet;
  /** Whether kubelets restart a native sidecar whose image changes. */
  readonly restartsNative: boolean;
  /** Whether a Pod was injected or upgraded with other `patchPodMetadata` than the set has now. */
  readonly lacksMetadata: (pod: Pod) => boolean;
}

/** Why a Pod that is not up to date is not upgraded now, whatever the budget; undefined when it may be. */
export function holdReason(
  { pod, state, unseen, unanswered, overdue, refused }: Judged,
  { strategy, normalized, restartsNative }: HoldRules,
): HoldReason | undefined {
  if (unseen) return "UpgradeInFlight";
  if (!strategy.updates) return "UpdatesDisabled";
  if (!state.upgradable) return "PodRecreationRequired";
  if (!restartsNative && differsInNativeSidecars(pod, normalized)) return "NativeRestartUnsupported";
  if (strategy.paused) return "RolloutPaused";
  if (!strategy.selects(pod.labels)) return "NotSelected";
  if ((state.settling && !overdue) || (unanswered.length > 0 && pod.ready)) return "UpgradeInFlight";
  return refused ? "UpgradeRefused" : undefined;
}

function differsInNativeSidecars(pod: Pod, { set }: NormalizedSidecarSet): boolean {
  return sidecarsOf(set).some((sidecar) => {
    if (!sidecar.native) return false;
    const name = sidecar.hot ? rolesOf(sidecar, pod.annotations).working : sidecar.name;
    const carried = containerIn(pod, name);
    return carried !== undefined && carried.image !== sidecar.image;
  });
}
