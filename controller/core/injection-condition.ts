import type { ConditionDraft } from "./conditions.ts";
import { podsByName } from "./former-pods.ts";
import type { SetDocument } from "./set-document.ts";
import { reasons } from "./reason.ts";
import type { Verdict } from "./settings-trials.ts";
import type { Oversize } from "./settings.ts";

/** What is known of a set's way into the policy's settings. */
export interface InjectionFindings {
  readonly generation: number;
  /** Name of the ClusterAdmissionPolicy. */
  readonly policy: string;
  /** False while there is no such policy. */
  readonly policyFound: boolean;
  readonly document: SetDocument;
  /** Why the policy or the API server refuses settings with this set; undefined when they do not. */
  readonly rejected?: string | undefined;
  /** Why the entry was taken out again; undefined when it was not. */
  readonly reverted?: Verdict | undefined;
  /** How the PolicyServer fails with the settings that it ran with before, too; undefined when it does not. */
  readonly failsRestored?: string | undefined;
  readonly oversize?: Oversize | undefined;
  /** Entry of the set in the policy's settings: this generation's, an earlier one's, or none. */
  readonly live: "current" | "previous" | "none";
  /**
   * Whether the PolicyServer runs with this generation's entry: it does, it does not yet, or that cannot be told. `overdue`
   * names Pods of it that should have ended long ago, and are still there with former settings.
   */
  readonly running:
    | { readonly kind: "running"; readonly overdue: readonly string[] }
    | { readonly kind: "rolling" | "failing" | "unknown"; readonly server: string; readonly why: string };
  /** What the policy does about a revision that is missing. */
  readonly missingRevision: "Skip" | "Reject";
  /** spec.injectionStrategy.paused. */
  readonly paused: boolean;
}

/** Returns the condition InjectionReady: True when new Pods get this generation. */
export function injectionCondition(findings: InjectionFindings): ConditionDraft {
  const { policy, generation, live, running, oversize, document } = findings;
  const meanwhile =
    live === "none" ? "new Pods get no sidecar from it" : "new Pods keep getting its last good revision";
  const pending = (reason: ConditionDraft["reason"], message: string): ConditionDraft => ({
    type: "InjectionReady",
    status: "False",
    reason,
    message,
  });
  if (!findings.policyFound) {
    return pending(
      reasons.policyNotFound,
      `ClusterAdmissionPolicy ${policy} does not exist, new Pods get no sidecar: create it`,
    );
  }
  if (document.kind === "invalid") {
    return pending(
      reasons.invalidSpec,
      `The SidecarSet is invalid, ${meanwhile}; correct it: ${document.problems}`,
    );
  }
  if (document.kind === "ready" && document.missing !== undefined) {
    const { asked, known } = document.missing;
    const without =
      findings.missingRevision === "Reject" ? "new Pods are rejected" : "new Pods get no sidecar from it";
    return pending(
      reasons.revisionNotFound,
      `spec.injectionStrategy.revision: ${asked} does not exist, ${live === "previous" ? meanwhile : without}; revisions, newest first: ${known.join(", ") || "none"}`,
    );
  }
  if (findings.rejected !== undefined) {
    return pending(
      reasons.settingsRejected,
      `Settings with this SidecarSet are refused, ${meanwhile}: ${findings.rejected}`,
    );
  }
  if (findings.reverted !== undefined) {
    return pending(reasons.settingsReverted, revertedMessage(findings.reverted, findings, meanwhile));
  }
  if (oversize !== undefined) {
    const largest = oversize.largest.map(({ name, bytes }) => `${name} ${kibibytes(bytes)}`).join(", ");
    return pending(
      reasons.settingsTooLarge,
      `The settings of ClusterAdmissionPolicy ${policy} would be ${kibibytes(oversize.total)} with this SidecarSet of ${kibibytes(oversize.bytes)}, over the limit of ${kibibytes(oversize.limit)}, ${meanwhile}; make it smaller or remove another (largest: ${largest || "none"})`,
    );
  }
  if (live !== "current" && findings.failsRestored !== undefined) {
    return pending(
      reasons.settingsPending,
      `Generation ${generation} is not written into the settings of ClusterAdmissionPolicy ${policy} while the PolicyServer does not start with those that it ran with before: ${findings.failsRestored}; ${meanwhile}`,
    );
  }
  if (live !== "current") {
    return pending(
      reasons.settingsPending,
      `Generation ${generation} is on its way into the settings of ClusterAdmissionPolicy ${policy}, ${meanwhile}`,
    );
  }
  if (running.kind !== "running") {
    const there = `Generation ${generation} is in the settings of ClusterAdmissionPolicy ${policy}`;
    const rolling = `${there}; new Pods get it once PolicyServer ${running.server} runs with them: ${running.why}`;
    if (running.kind !== "unknown") return pending(reasons.settingsPending, rolling);
    const unknown = `${there}; whether PolicyServer ${running.server} runs with them cannot be told: ${running.why}`;
    return { ...pending(reasons.settingsPending, unknown), status: "Unknown" };
  }
  if (findings.paused) {
    return pending(
      reasons.injectionPaused,
      "New Pods get no sidecar: set spec.injectionStrategy.paused to false to inject again",
    );
  }
  return {
    type: "InjectionReady",
    status: "True",
    reason: reasons.settingsLive,
    message: liveMessage(findings),
  };
}

function revertedMessage(
  { kind, why, others }: Verdict,
  { generation, failsRestored }: InjectionFindings,
  meanwhile: string,
): string {
  if (failsRestored !== undefined) {
    return `The PolicyServer did not start with generation ${generation}, and does not start with the settings that it ran with before either: ${failsRestored}. The SidecarSet is not to blame: it is written again when the PolicyServer runs; until then ${meanwhile}`;
  }
  const started = `The PolicyServer did not start with generation ${generation}: ${why}. The settings that it ran with before are restored, ${meanwhile}`;
  if (kind === "guilty") return `${started}; change the SidecarSet to try again`;
  return `${started}; it is tried again alone, for other sets changed with it: ${others.join(", ")}`;
}

function liveMessage({ generation, document, running }: InjectionFindings): string {
  const { pinned, historyProblem } = document.kind === "ready" ? document : {};
  const what =
    pinned === undefined
      ? `generation ${generation}`
      : `revision ${pinned}, as spec.injectionStrategy.revision of generation ${generation} asks`;
  const history = historyProblem === undefined ? "" : `; its own revision is not recorded: ${historyProblem}`;
  const overdue = running.kind === "running" ? running.overdue : [];
  const left =
    overdue.length === 0
      ? ""
      : `; its ${podsByName(overdue)} with former settings should have ended long ago: look at the Node`;
  return `New Pods get ${what}: the PolicyServer runs with it${left}${history}`;
}

function kibibytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;
}
