import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { storeKey } from "../core/resource-type.ts";
import { type JsonObject, objectAt, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import type { Client } from "../api/client.ts";
import { policyServerType, policyType } from "./kubewarden-definitions.ts";
import { policiesFile, settingsOf } from "./policies-file.ts";
import { reportPolicy, reportRollout, writeConfiguration } from "./rollout-objects.ts";

/** A policy as its server runs it at this moment. */
interface ServedPolicy {
  /** As it was when its server started. */
  readonly policy: KubeObject;
  readonly settings: JsonObject;
  readonly module: PolicyModule;
}

/** A policy in force. */
export interface ActivePolicy extends ServedPolicy {
  /** As it is stored: rules, selectors and failurePolicy count at once, for they are the webhook's and not the server's. */
  readonly webhook: KubeObject;
}

/** Finds the compiled module of a policy's `spec.module`. Throws for one that cannot be had. */
export type ModuleSource = (url: string) => PolicyModule;

/** What is told when a server has restarted, or has failed to. */
export interface RolloutReport {
  /** Name of the PolicyServer. */
  readonly server: string;
  /** Why the new configuration does not start; the previous one then keeps serving. */
  readonly problem?: string;
}

/** What the servers are made with. */
export interface PolicyServersOptions {
  readonly modules: ModuleSource;
  /** Milliseconds from a new configuration to a server that runs with it. 0: before the write is answered. */
  readonly rolloutDelayMs: number;
  readonly onRollout: (report: RolloutReport) => void;
}

/**
 * Kubewarden's controller and servers: from the policies of every PolicyServer it writes the ConfigMap and the
 * Deployment that Kubewarden writes, and once the rollout is through the policies are in force. Settings that a
 * policy calls invalid never are: the new server would not start, and the old one keeps serving.
 */
export class PolicyServers {
  private readonly store: Store;
  private readonly client: Client;
  private readonly options: PolicyServersOptions;
  private readonly running = new Map<string, readonly ServedPolicy[]>();
  private readonly configured = new Map<string, string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private interrupted = false;
  private startFailure: (settings: JsonObject) => string | undefined = () => undefined;
  private readonly unlisten: readonly (() => void)[];

  constructor(store: Store, client: Client, options: PolicyServersOptions) {
    this.store = store;
    this.client = client.as("kubewarden-controller");
    this.options = options;
    this.unlisten = [policyType, policyServerType].map((type) =>
      store.listen(storeKey(type), () => this.reconcile()),
    );
  }

  /** The policies in force: mutating ones first, then by name, as their webhooks are called. */
  active(): readonly ActivePolicy[] {
    const key = storeKey(policyType);
    return [...this.running.values()]
      .flat()
      .flatMap((served) => {
        const webhook = this.store.get(key, undefined, served.policy.metadata.name);
        return webhook === undefined ? [] : [{ ...served, webhook }];
      })
      .sort(byWebhookOrder);
  }

  /** Whether nobody answers for the policies. */
  get isInterrupted(): boolean {
    return this.interrupted;
  }

  /** Lets nobody answer for the policies until the answer is called: what then happens is up to `failurePolicy`. */
  interrupt(): () => void {
    this.interrupted = true;
    return () => {
      this.interrupted = false;
    };
  }

  /**
   * Lets servers crash at start with settings of a policy for which `problem` gives a reason, until the answer is called:
   * what a server meets that its policy has not foreseen.
   */
  failStart(problem: (settings: JsonObject) => string | undefined): () => void {
    this.startFailure = problem;
    return () => {
      this.startFailure = () => undefined;
    };
  }

  /** Starts a server anew that has failed, as its Pod does by itself again and again. */
  retry(name: string): void {
    this.configured.delete(name);
    this.reconcile();
  }

  close(): void {
    for (const unlisten of this.unlisten) unlisten();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private reconcile(): void {
    const servers = this.store.list(storeKey(policyServerType));
    for (const server of servers) this.configure(server);
    const names = new Set(servers.map((server) => server.metadata.name));
    for (const name of this.running.keys()) if (!names.has(name)) this.running.delete(name);
    for (const policy of this.store.list(storeKey(policyType))) {
      if (!names.has(serverOf(policy))) reportPolicy(this.client, policy, "unscheduled");
    }
  }

  private configure(server: KubeObject): void {
    const { name } = server.metadata;
    const policies = this.policiesOf(name);
    const file = policiesFile(policies);
    if (this.configured.get(name) === file) return;
    this.configured.set(name, file);
    for (const policy of policies) reportPolicy(this.client, policy, "pending");
    const version = writeConfiguration(this.client, server, file);
    clearTimeout(this.timers.get(name));
    const { rolloutDelayMs } = this.options;
    if (rolloutDelayMs <= 0) this.restart(server, version);
    else
      this.timers.set(
        name,
        setTimeout(() => this.restart(server, version), rolloutDelayMs),
      );
  }

  /** Starts a server with the stored policies, in place of the present one if it comes up. */
  private restart(server: KubeObject, version: string): void {
    const { name } = server.metadata;
    const policies = this.policiesOf(name);
    try {
      this.running.set(
        name,
        policies.map((policy) => this.start(policy)),
      );
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      reportRollout(this.client, server, version, "stuck");
      this.options.onRollout({ server: name, problem });
      return;
    }
    reportRollout(this.client, server, version, "complete");
    for (const policy of policies) reportPolicy(this.client, policy, "active");
    this.options.onRollout({ server: name });
  }

  private start(policy: KubeObject): ServedPolicy {
    const settings = settingsOf(policy);
    const module = this.options.modules(textAt(policy, "spec", "module") ?? "");
    const problem = this.startFailure(settings);
    if (problem !== undefined) throw new Error(`${policy.metadata.name}: ${problem}`);
    const verdict = module.validateSettings(settings);
    if (verdict.valid) return { policy, settings, module };
    throw new Error(`${policy.metadata.name}: policy settings are invalid: ${verdict.message ?? ""}`);
  }

  private policiesOf(server: string): KubeObject[] {
    return this.store.list(storeKey(policyType)).filter((policy) => serverOf(policy) === server);
  }
}

function serverOf(policy: KubeObject): string {
  return textAt(policy, "spec", "policyServer") ?? "default";
}

function byWebhookOrder(left: ServedPolicy, right: ServedPolicy): number {
  const mutates = (entry: ServedPolicy): number =>
    Number(objectAt(entry.policy, "spec")["mutating"] === true);
  if (mutates(left) !== mutates(right)) return mutates(right) - mutates(left);
  return left.policy.metadata.name < right.policy.metadata.name ? -1 : 1;
}
