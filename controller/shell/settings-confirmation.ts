import { type RunningSettings, runningSettings } from "../core/running-settings.ts";
import { type LiveSettings, readLiveSettings } from "../core/settings.ts";
import { ApiError } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { configMaps, deployments } from "../k8s/resource.ts";
import type { Store } from "../k8s/store.ts";
import type { Pod } from "../model/pod.ts";
import type { Clock } from "../runtime/clock.ts";
import type { KeptSettings } from "./kept-settings.ts";
import type { ClusterAdmissionPolicy } from "./settings-writer.ts";

/** A restart takes about a minute; the first looks are for servers that are quicker. */
const firstLookMs = 100;
const longestLookMs = 2_000;

/** Until it is looked again for Pods that should have ended long ago, or tried again to keep the settings that run. */
const laterMs = 30_000;

/** Whether a PolicyServer runs with an entry: it does, it does not yet, or that cannot be told. */
export type Confirmation =
  /** `overdue` names Pods with former settings that should have ended and are still there. */
  | { readonly kind: "running"; readonly overdue: readonly string[] }
  | { readonly kind: "rolling" | "failing" | "unknown"; readonly server: string; readonly why: string };

/** How a PolicyServer does with the settings that it was last given. */
export type ServerState = { readonly kind: "settled" } | Exclude<Confirmation, { kind: "running" }>;

/** What a confirmation reads with. */
export interface SettingsConfirmationOptions {
  readonly client: Pick<ApiClient, "get">;
  readonly pods: Pick<Store<Pod>, "values">;
  /** Namespace of Kubewarden's PolicyServers. */
  readonly namespace: string;
  readonly kept: Pick<KeptSettings, "recall" | "keep">;
  readonly clock: Pick<Clock, "now">;
}

/** Finds out which settings the PolicyServer runs with, by looking at it until they are those of its policy. */
export class SettingsConfirmation {
  readonly #options: SettingsConfirmationOptions;
  #running: LiveSettings | undefined;
  /** By set, what the server surely runs with: during a rollout, what it has both before and after it. */
  #sure: ReadonlyMap<string, string> = new Map();
  /** False from a write until the server was seen to run, though it may have run with equal settings before. */
  #isSettled = false;
  #overdue: readonly string[] = [];
  #isKept = false;
  #answer: Exclude<ServerState, { kind: "settled" }> = {
    kind: "unknown",
    server: "",
    why: "not looked at yet",
  };
  /** The list that is waited for, and how often it was looked for. */
  #waiting = { list: "", looks: 0 };

  constructor(options: SettingsConfirmationOptions) {
    this.#options = options;
  }

  /** The last settings that the server was seen to run with, by this process or, until it has seen any, by one before it. */
  get running(): LiveSettings | undefined {
    return this.#running;
  }

  /** How the server does with the settings that it was last given. */
  get state(): ServerState {
    return this.#isSettled ? { kind: "settled" } : this.#answer;
  }

  /**
   * Settings with this list are written. Nobody knows when the server turns to them, so only what they have in common with
   * those it runs with is still sure; to go back before that is known is a change like any other.
   */
  expect(list: string): void {
    this.#isSettled = false;
    this.#keep(readLiveSettings({ sidecarSets: JSON.parse(list) }).entries);
  }

  /** Looks once unless these settings are known to run. Returns after how many milliseconds to look again, if at all. */
  async look(
    policy: ClusterAdmissionPolicy,
    live: LiveSettings,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { kept } = this.#options;
    this.#running ??= await kept.recall(signal);
    const isConfirmed = this.#isSettled && this.#running?.list === live.list;
    if (isConfirmed && this.#overdue.length === 0 && this.#isKept) return undefined;
    this.#keep(live.entries);
    const server = policy.spec?.policyServer ?? "default";
    const found = await this.#read(policy.metadata.name, server, signal);
    // What it has started with is good to go back to, whoever else still answers.
    if (found.kind === "running" || found.kind === "replacing") this.#running = found.settings;
    if (found.kind === "running") {
      this.#overdue = found.overdue;
      this.#sure = found.settings.entries;
      this.#keep(live.entries);
    } else {
      const kind = found.kind === "replacing" ? "rolling" : found.kind;
      this.#answer = { kind, server, why: found.why };
    }
    if (this.#running !== undefined) {
      this.#isKept = await kept.keep(this.#running, policy.metadata.uid, signal);
    }
    const isHeld = "settings" in found && found.settings.list === live.list;
    this.#isSettled = found.kind === "running" && isHeld;
    if (this.#isSettled) return this.#overdue.length === 0 && this.#isKept ? undefined : laterMs;
    if ("settings" in found && !isHeld) {
      this.#answer = { kind: "rolling", server, why: "its ConfigMap does not hold them yet" };
    }
    if (this.#waiting.list !== live.list) this.#waiting = { list: live.list, looks: 0 };
    return Math.min(longestLookMs, firstLookMs * 2 ** this.#waiting.looks++);
  }

  /** Whether the PolicyServer runs with this very entry for a set. */
  confirm(set: string, entry: string): Confirmation {
    return this.#sure.get(set) === entry ? { kind: "running", overdue: this.#overdue } : this.#answer;
  }

  #keep(entries: ReadonlyMap<string, string>): void {
    this.#sure = new Map([...this.#sure].filter(([set, entry]) => entries.get(set) === entry));
  }

  async #read(
    policy: string,
    server: string,
    signal: AbortSignal,
  ): Promise<RunningSettings | { readonly kind: "unknown"; readonly why: string }> {
    const { client, namespace, pods, clock } = this.#options;
    const address = { namespace, name: `policy-server-${server}` };
    try {
      // The ConfigMap first: a Deployment read after it cannot have been changed for an older one.
      const configMap = await client.get(configMaps, address, { signal });
      const deployment = await client.get(deployments, address, { signal });
      const own = inNamespace(pods.values(), namespace);
      return runningSettings(policy, { server, configMap, deployment, pods: own, now: clock.now() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { kind: "unknown", why: `${error.message} (is --kubewarden-namespace right?)` };
    }
  }
}

function* inNamespace(pods: Iterable<Pod>, namespace: string): Generator<Pod> {
  for (const pod of pods) if (pod.namespace === namespace) yield pod;
}
