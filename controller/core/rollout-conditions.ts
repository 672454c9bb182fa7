import type { ConditionDraft } from "./conditions.ts";
import { joined, type PodGroup, sampleOf } from "./pod-group.ts";
import { type HoldReason, type Reason, reasons } from "./reason.ts";
import type { Counters } from "./status.ts";

/** What a round of planning found, as far as people are told of it. */
export interface RolloutFindings {
  readonly counters: Counters;
  /** Pods that are upgraded in this round. */
  readonly upgrades: number;
  /** Pods that lack nothing but annotations and are to get them. */
  readonly unannotated: number;
  /** Pods that count against maxUnavailable. */
  readonly busy: number;
  /** Those of them that only re-creation can bring back. */
  readonly stuck: number;
  readonly held: ReadonlyMap<HoldReason, PodGroup>;
  /** Updated Pods that are not available. */
  readonly unavailable: PodGroup;
  /** Updated Pods that run on with a former sidecar, long after they were written to. */
  readonly overdue: PodGroup;
  /** What the API server said of the first Pod that it refused to change. */
  readonly refusal: string | undefined;
}

type Verdict = "ready" | "reconciling" | "waiting" | "stalled";

/**
 * Returns the conditions Ready, Reconciling and Stalled in the sense of kstatus: Stalled when the rollout cannot go on
 * unless someone re-creates Pods; neither when it waits because the spec says so.
 */
export function rolloutConditions(findings: RolloutFindings): readonly ConditionDraft[] {
  const { verdict, reason, message } = judge(findings);
  const status = (holds: boolean) => (holds ? "True" : "False");
  return [
    { type: "Ready", status: status(verdict === "ready"), reason, message },
    { type: "Reconciling", status: status(verdict === "reconciling"), reason, message },
    { type: "Stalled", status: status(verdict === "stalled"), reason, message },
  ];
}

/** The same three conditions for a set that the policy rejects; `problems` come from the policy. */
export function invalidConditions(problems: string): readonly ConditionDraft[] {
  const message = `The SidecarSet is invalid and running Pods are left alone; correct it: ${problems}`;
  const reason = reasons.invalidSpec;
  return [
    { type: "Ready", status: "False", reason, message },
    { type: "Reconciling", status: "False", reason, message },
    { type: "Stalled", status: "True", reason, message },
  ];
}

interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly message: string;
}

function judge(findings: RolloutFindings): Judgement {
  const { counters, upgrades, unannotated, busy, stuck, held, unavailable, overdue, refusal } = findings;
  const { matchedPods, updatedPods } = counters;
  const podsOf = (...wanted: readonly HoldReason[]) =>
    joined(...wanted.flatMap((reason) => held.get(reason) ?? []));
  const lazy = lazyMessage(held, matchedPods);
  const besides = lazy === undefined ? "" : `; ${lazy}`;

  const disabled = podsOf("UpdatesDisabled");
  if (disabled.size > 0) {
    const message = `${keeping(disabled, matchedPods)}: spec.updateStrategy.type is NotUpdate`;
    return { verdict: "ready", reason: reasons.updatesDisabled, message: message + besides };
  }
  const paused = podsOf("RolloutPaused");
  if (paused.size > 0) {
    const message = `${count(paused, matchedPods)} ${wait(paused)} for the rollout to go on: set spec.updateStrategy.paused to false`;
    return { verdict: "waiting", reason: reasons.rolloutPaused, message: message + besides };
  }
  const refused = podsOf("UpgradeRefused");
  const overBudget = podsOf("MaxUnavailableReached");
  const moving = podsOf("UpgradeInFlight").size + upgrades + unavailable.size;
  if (moving === 0 && stuck > 0 && lazy !== undefined && overBudget.size > 0) {
    const message = `${lazy}; ${stuck} of them not ready, so that ${overBudget.size} ${wait(overBudget)} for maxUnavailable`;
    return { verdict: "stalled", reason: reasons.podRecreationRequired, message };
  }
  if (moving === 0 && overdue.size > 0) {
    const message = `${count(overdue, matchedPods)} ${overdue.size === 1 ? "runs" : "run"} on with the former image ${restarted(overdue)}: the kubelet has not acted for five minutes (${sampleOf(overdue)})`;
    return { verdict: "stalled", reason: reasons.restartOverdue, message: message + besides };
  }
  if (moving > 0 || overBudget.size > 0 || refused.size > 0) {
    const waiting =
      unavailable.size > 0
        ? `, waiting for ${unavailable.size} to become ready: ${sampleOf(unavailable)}`
        : "";
    const why =
      moving === 0 && busy === 0 && overBudget.size > 0
        ? ", spec.updateStrategy.maxUnavailable allows no ready Pod to go down"
        : waiting;
    const patches = unannotated > 0 ? `, ${unannotated} to be annotated` : "";
    const message = `${updatedPods} of ${plural(matchedPods)} updated${patches}${why}${refusedMessage(refused, refusal)}`;
    return { verdict: "reconciling", reason: reasons.rolloutProgressing, message: message + besides };
  }
  if (lazy !== undefined) {
    return { verdict: "stalled", reason: reasons.podRecreationRequired, message: lazy };
  }
  const heldBack = podsOf("PartitionHeld", "NotSelected");
  if (heldBack.size > 0) {
    const message = `${count(heldBack, matchedPods)} ${keep(heldBack)} the previous sidecar: spec.updateStrategy holds ${podsOf("PartitionHeld").size} by partition and ${podsOf("NotSelected").size} by selector`;
    return { verdict: "ready", reason: reasons.partitionHeld, message };
  }
  const message =
    matchedPods === 0 ? "No running Pod carries the sidecar" : `All ${plural(matchedPods)} updated and ready`;
  return { verdict: "ready", reason: reasons.rolloutComplete, message };
}

function refusedMessage(refused: PodGroup, refusal: string | undefined): string {
  if (refused.size === 0) return "";
  return `; the API server refuses to change ${refused.size}, and is asked again later: ${sampleOf(refused)} (${refusal ?? "no reason given"})`;
}

function lazyMessage(held: RolloutFindings["held"], matchedPods: number): string | undefined {
  const parts: string[] = [];
  const tell = (reason: HoldReason, total: number, why: string) => {
    const pods = held.get(reason);
    if (pods === undefined) return;
    parts.push(`${keeping(pods, total)}: ${why} (${sampleOf(pods)})`);
  };
  tell("PodRecreationRequired", matchedPods, "spec.containers changed in more than the image");
  const old = "Kubernetes before 1.32 does not restart native sidecars whose image changes";
  tell("NativeRestartUnsupported", matchedPods, old);
  const missing = held.get("SidecarMissing");
  if (missing !== undefined) {
    parts.push(
      `${missing.size} more ${missing.size === 1 ? "Pod lacks" : "Pods lack"} a sidecar of the spec ${recreated(missing)} (${sampleOf(missing)})`,
    );
  }
  return parts.length === 0 ? undefined : parts.join("; ");
}

function keeping(pods: PodGroup, total: number): string {
  return `${count(pods, total)} ${keep(pods)} the previous sidecar ${recreated(pods)}`;
}

function recreated(pods: PodGroup): string {
  return pods.size === 1 ? "until it is re-created" : "until they are re-created";
}

function restarted(pods: PodGroup): string {
  return pods.size === 1 ? "until it is restarted or re-created" : "until they are restarted or re-created";
}

function count(pods: PodGroup, total: number): string {
  return `${pods.size} of ${plural(total)}`;
}

function plural(pods: number): string {
  return pods === 1 ? "1 Pod" : `${pods} Pods`;
}

function keep(pods: PodGroup): string {
  return pods.size === 1 ? "keeps" : "keep";
}

function wait(pods: PodGroup): string {
  return pods.size === 1 ? "waits" : "wait";
}
