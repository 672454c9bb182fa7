import type { InjectionFindings } from "../core/injection-condition.ts";
import { type LiveSettings, readLiveSettings, settingsDocument } from "../core/settings.ts";
import { SettingsTrials } from "../core/settings-trials.ts";
import { ApiError } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { clusterAdmissionPolicies } from "../k8s/resource.ts";
import type { Store } from "../k8s/store.ts";
import type { JsonObject } from "../model/json.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { SettingsJudge } from "../policy/settings-judge.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Delivery } from "./delivery.ts";
import type { SetDocuments } from "./set-documents.ts";
import { allChanged, askInTurns, decide, type SettingsDraft } from "./settings-draft.ts";
import type { SettingsConfirmation } from "./settings-confirmation.ts";
import type { ReconcileResult } from "../runtime/workers.ts";

/** A ClusterAdmissionPolicy, as far as the controller reads it. */
export interface ClusterAdmissionPolicy {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly spec?: { readonly settings?: unknown; readonly policyServer?: string };
}

/** What a settings writer works with. */
export interface SettingsWriterOptions {
  readonly client: Pick<ApiClient, "patch">;
  readonly sets: Store<SidecarSet>;
  readonly policies: Store<ClusterAdmissionPolicy>;
  readonly documents: Pick<SetDocuments, "of">;
  readonly judge: Pick<SettingsJudge, "judge" | "judgeEntry">;
  readonly confirmation: Pick<SettingsConfirmation, "look" | "confirm" | "expect" | "running" | "state">;
  /** Name of the ClusterAdmissionPolicy. */
  readonly policy: string;
  readonly limitBytes: number;
  /** From one write to the next; each restarts a PolicyServer. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when what `findings` answers may have changed. */
  readonly onDecision: () => void;
}

interface Decided extends SettingsDraft {
  readonly policyFound: boolean;
}

/** Until the cache is looked at again for what was just written. */
const cacheLagMs = 20;

/** How long the others wait for a set whose revision is being written, to be written with it. */
const patienceMs = 2_000;

/**
 * Keeps the SidecarSets in the settings of one ClusterAdmissionPolicy.
 *
 * - Written only when they differ, so that equal content never restarts a PolicyServer; drift is repaired.
 * - Never settings that the policy's own validate_settings rejects: a set that is rejected keeps its last good entry.
 * - Settings with which the PolicyServer does not start are taken back, and never tried again as they were.
 * - The first change goes at once, later ones not before the interval is over. The caller lets one pass run at a time.
 */
export class SettingsWriter implements Delivery {
  readonly #options: SettingsWriterOptions;
  readonly #trials = new SettingsTrials();
  #decided: Decided | undefined;
  /** The last list that the policy or the API server would not have, and why. */
  #refused: { readonly list: string; readonly why: string } | undefined;
  /** On the monotonic clock. */
  #nextWrite = 0;
  /** Version of the policy that the last write made; the cache is behind until it has it. */
  #writtenVersion = "";
  /** How the server failed with settings that it had run with, until it runs again. */
  #failsRestored: string | undefined;
  /** Since when some set's revision is being written, on the monotonic clock. */
  #pendingSince: number | undefined;

  constructor(options: SettingsWriterOptions) {
    this.#options = options;
  }

  /** What is known of the way of this set into the settings; undefined before the first pass. */
  findings(set: SidecarSet): InjectionFindings | undefined {
    const { documents, confirmation, policy } = this.#options;
    if (this.#decided === undefined) return undefined;
    const { live, policyFound, rejected, decision } = this.#decided;
    const { name, generation } = set.metadata;
    const document = documents.of(set);
    const there = live.entries.get(name);
    const wanted = document.kind === "ready" ? document.entry : undefined;
    return {
      generation,
      policy,
      policyFound,
      document,
      rejected: rejected.get(name),
      reverted: there === wanted ? undefined : this.#trials.verdictOn(name, wanted),
      failsRestored: this.#failsRestored,
      oversize: decision.oversize.get(name),
      running: confirmation.confirm(name, wanted ?? ""),
      live: there === undefined ? "none" : there === wanted ? "current" : "previous",
      missingRevision: live.others["missingRevision"] === "Reject" ? "Reject" : "Skip",
      paused: set.spec.injectionStrategy?.paused === true,
    };
  }

  /** Forgets a set that is gone. */
  forget(set: string): void {
    this.#trials.forget(set);
  }

  /**
   * Compares the settings with what they should be, and writes them when they differ and their time has come. Then looks
   * whether the PolicyServer runs with them.
   */
  async reconcile(signal: AbortSignal): Promise<ReconcileResult> {
    const { policies, confirmation, policy, onDecision } = this.#options;
    if (!policies.hasSeen(this.#writtenVersion)) {
      return { kind: "requeue", afterMs: cacheLagMs, reason: "the cache does not show the last write yet" };
    }
    const { sets, documents, judge, clock } = this.#options;
    const known = readLiveSettings(policies.get(policy)?.spec?.settings);
    await askInTurns(known, { sets: sets.values(), documents, judge, clock }, signal);
    const decided = this.#decide();
    this.#decided = decided;
    onDecision();
    const before = confirmation.state;
    const written = await this.#write(decided, signal);
    const found = policies.get(policy);
    if (found === undefined) return written;
    const lookMs = await confirmation.look(found, decided.live, signal);
    const hasFailed = before.kind === "failing" || this.#failsRestored !== undefined;
    if (hasFailed && confirmation.state.kind === "settled") {
      if (this.#failsRestored !== undefined) this.#trials.acquit();
      this.#failsRestored = undefined;
      return { kind: "requeue", afterMs: 0, reason: "PolicyServer runs again" };
    }
    await this.#restore(decided.live, signal);
    onDecision();
    if (lookMs === undefined || (written.kind === "requeue" && written.afterMs < lookMs)) return written;
    return { kind: "requeue", afterMs: lookMs, reason: "PolicyServer does not run with the settings yet" };
  }

  async #write(decided: Decided, signal: AbortSignal): Promise<ReconcileResult> {
    const { clock, logger, policy, confirmation } = this.#options;
    const { decision, live, policyFound, pending } = decided;
    if (!pending) this.#pendingSince = undefined;
    if (!policyFound || decision.list === live.list) return { kind: "done" };
    const now = clock.monotonic();
    if (pending) this.#pendingSince ??= now;
    const patientMs = (this.#pendingSince ?? Number.NEGATIVE_INFINITY) + patienceMs - now;
    if (patientMs > 0) return { kind: "requeue", afterMs: patientMs, reason: "revisions are being written" };
    if (confirmation.state.kind === "failing" && confirmation.running?.list === live.list) {
      return { kind: "done" };
    }
    const waitMs = this.#nextWrite - now;
    if (waitMs > 0) return { kind: "requeue", afterMs: waitMs, reason: "settings interval" };
    const problem = this.#options.judge.judge(settingsDocument(decision.list, live));
    if (problem !== undefined) {
      logger.error(
        { ClusterAdmissionPolicy: policy, problem },
        "Policy rejects the settings, not writing them",
      );
      this.#refuse(decided, problem);
      return { kind: "done" };
    }
    logger.info(
      { ClusterAdmissionPolicy: policy, sidecarSets: decision.entries.size, bytes: decision.bytes },
      "Writing settings",
    );
    try {
      await this.#apply(decision.list, signal);
    } catch (error) {
      if (error instanceof ApiError) this.#refuse(decided, error.message);
      throw error;
    }
    this.#refused = undefined;
    return { kind: "done" };
  }

  /**
   * Puts the settings back that the PolicyServer ran with, when it does not start with those it has: its old Pods still
   * serve, but one that is moved to another node would read the new settings and crash as well.
   */
  async #restore(live: LiveSettings, signal: AbortSignal): Promise<void> {
    const { confirmation, logger, policy } = this.#options;
    const { running, state } = confirmation;
    if (running === undefined || state.kind !== "failing") return;
    const { server, why } = state;
    if (running.list === live.list) {
      this.#failsRestored = why;
      return;
    }
    const changed = new Map([...live.entries].filter(([name, entry]) => running.entries.get(name) !== entry));
    if (changed.size === 0) return;
    const context = {
      ClusterAdmissionPolicy: policy,
      PolicyServer: server,
      sidecarSets: [...changed.keys()],
    };
    logger.error({ ...context, why }, "Restoring the settings that the PolicyServer ran with");
    this.#trials.fail(live.list, changed, why);
    await this.#apply(running.list, signal);
  }

  async #apply(list: string, signal: AbortSignal): Promise<void> {
    const { client, clock, intervalMs, policy, confirmation } = this.#options;
    const patch = { kind: "apply", body: this.#applyConfiguration(list) } as const;
    const options = { signal, metadataOnly: true };
    const answer = await client.patch(clusterAdmissionPolicies, { name: policy }, patch, options);
    this.#writtenVersion = textOf(objectOf(answer, "metadata"), "resourceVersion");
    this.#nextWrite = clock.monotonic() + intervalMs;
    confirmation.expect(list);
  }

  #refuse(decided: Decided, why: string): void {
    this.#refused = { list: decided.decision.list, why };
    this.#decided = { ...decided, rejected: allChanged(decided, why) };
    this.#options.onDecision();
  }

  #decide(): Decided {
    const { sets, policies, documents, judge, policy, limitBytes } = this.#options;
    const found = policies.get(policy);
    const live = readLiveSettings(found?.spec?.settings);
    const parts = { sets: sets.values(), documents, judge, trials: this.#trials, limitBytes };
    const decided = { ...decide(live, parts), policyFound: found !== undefined };
    const refused = this.#refused?.list === decided.decision.list ? this.#refused.why : undefined;
    return refused === undefined ? decided : { ...decided, rejected: allChanged(decided, refused) };
  }

  #applyConfiguration(list: string): JsonObject {
    return {
      apiVersion: "policies.kubewarden.io/v1",
      kind: "ClusterAdmissionPolicy",
      metadata: { name: this.#options.policy },
      spec: { settings: { sidecarSets: JSON.parse(list) } },
    };
  }
}
