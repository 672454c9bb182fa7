import { type RunningSettings, runningSettings } from "../core/running-settings.ts";
import { type LiveSettings, readLiveSettings } from "../core/settings.ts";
import { ApiError } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { configMaps, deployments } from "../k8s/resource.ts";
import type { Store } from "../k8s/store.ts";
import type { Pod } from "../model/pod.ts";
import type { ClusterAdmissionPolicy } from "./settings-writer.ts";

/** A restart takes about a minute; the first looks are for servers that are quicker. */
const firstLookMs = 100;
const longestLookMs = 2_000;

/** Whether a PolicyServer runs with an entry: it does, it does not yet, or that cannot be told. */
export type Confirmation =
  | { readonly kind: "running" }
  | { readonly kind: "rolling" | "failing" | "unknown"; readonly server: string; readonly why: string };

/** How a PolicyServer does with the settings that it was last given. */
export type ServerState = { readonly kind: "settled" } | Exclude<Confirmation, { kind: "running" }>;

/** What a confirmation reads with. */
export interface SettingsConfirmationOptions {
  readonly client: Pick<ApiClient, "get">;
  readonly pods: Pick<Store<Pod>, "values">;
  /** Namespace of Kubewarden's PolicyServers. */
  readonly namespace: string;
}

/** Finds out which settings the PolicyServer runs with, by looking at it until they are those of its policy. */
export class SettingsConfirmation {
  readonly #options: SettingsConfirmationOptions;
  #running: LiveSettings | undefined;
  /** By set, what the server surely runs with: during a rollout, what it has both before and after it. */
  #sure: ReadonlyMap<string, string> = new Map();
  /** False from a write until the server was seen to run, though it may have run with equal settings before. */
  #isSettled = false;
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

  /** The last settings that the server was seen to run with. */
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
    if (this.#isSettled && this.#running?.list === live.list) return undefined;
    this.#keep(live.entries);
    const server = policy.spec?.policyServer ?? "default";
    const found = await this.#read(policy.metadata.name, server, signal);
    if (found.kind === "running") {
      this.#running = found.settings;
      this.#sure = found.settings.entries;
      this.#keep(live.entries);
    } else this.#answer = { kind: found.kind, server, why: found.why };
    const isHeld = "settings" in found && found.settings.list === live.list;
    this.#isSettled = found.kind === "running" && isHeld;
    if (this.#isSettled) return undefined;
    if ("settings" in found && !isHeld) {
      this.#answer = { kind: "rolling", server, why: "its ConfigMap does not hold them yet" };
    }
    if (this.#waiting.list !== live.list) this.#waiting = { list: live.list, looks: 0 };
    return Math.min(longestLookMs, firstLookMs * 2 ** this.#waiting.looks++);
  }

  /** Whether the PolicyServer runs with this very entry for a set. */
  confirm(set: string, entry: string): Confirmation {
    return this.#sure.get(set) === entry ? { kind: "running" } : this.#answer;
  }

  #keep(entries: ReadonlyMap<string, string>): void {
    this.#sure = new Map([...this.#sure].filter(([set, entry]) => entries.get(set) === entry));
  }

  async #read(
    policy: string,
    server: string,
    signal: AbortSignal,
  ): Promise<RunningSettings | { readonly kind: "unknown"; readonly why: string }> {
    const { client, namespace, pods } = this.#options;
    const address = { namespace, name: `policy-server-${server}` };
    try {
      // The ConfigMap first: a Deployment read after it cannot have been changed for an older one.
      const configMap = await client.get(configMaps, address, { signal });
      const deployment = await client.get(deployments, address, { signal });
      return runningSettings(policy, { configMap, deployment, pods: inNamespace(pods.values(), namespace) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { kind: "unknown", why: `${error.message} (is --kubewarden-namespace right?)` };
    }
  }
}

function* inNamespace(pods: Iterable<Pod>, namespace: string): Generator<Pod> {
  for (const pod of pods) if (pod.namespace === namespace) yield pod;
}
