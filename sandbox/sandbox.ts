import type { RequestListener } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { Admission } from "./admission/admission.ts";
import { policyDefinition, policyServerDefinition } from "./admission/kubewarden-definitions.ts";
import { type ModuleSource, PolicyServers, type RolloutReport } from "./admission/policy-servers.ts";
import { kubewardenNamespace } from "./admission/rollout-objects.ts";
import { type AnsweredRequest, ApiServer } from "./api/api-server.ts";
import { Client } from "./api/client.ts";
import { Deletion } from "./api/deletion.ts";
import { Lists } from "./api/lists.ts";
import { WatchHandler } from "./api/watch-handler.ts";
import type { Admit } from "./api/write-context.ts";
import { Writes } from "./api/writes.ts";
import { builtinTypes } from "./core/builtin-types.ts";
import { ResourceRegistry } from "./core/resource-registry.ts";
import { Faults } from "./faults/faults.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { Kubelet } from "./kubelet/kubelet.ts";
import type { KubeletOptions } from "./kubelet/kubelet-options.ts";
import { definitionType, followDefinitions } from "./schema/definitions.ts";
import { Store } from "./store/store.ts";

/** How to start a sandbox. */
export interface SandboxOptions {
  /** Port on 127.0.0.1; 0, the default, picks a free one. */
  readonly port?: number;
  /** Gives the module that a policy's `spec.module` names. Without it no policy can start. */
  readonly policyModule?: ModuleSource;
  /** Milliseconds until changed policies are in force (the PolicyServer's rollout). Default 0: at once. */
  readonly policyServerDelayMs?: number;
  /** Told whenever the PolicyServer has restarted or failed to. */
  readonly onPolicyRollout?: (report: RolloutReport) => void;
  /** The kubelet's delays, or false for Pods that nobody runs. */
  readonly kubelet?: Partial<KubeletOptions> | false;
  /** Milliseconds between bookmarks on watches that want them. Default 60 000, as the real server's. */
  readonly bookmarkMs?: number;
  /** Told of every answered request for a resource, for counting and auditing. */
  readonly onRequest?: (request: AnsweredRequest) => void;
  /** The minor version of Kubernetes that it says it is. Default 36. */
  readonly kubernetesMinor?: number;
  /** How many changes of a resource a watch may lie behind before it gets 410. Default 5000. */
  readonly historyLimit?: number;
}

/** A running sandbox. */
export interface Sandbox {
  /** Base URL of the API server. */
  readonly url: string;
  /** A kubeconfig for the server, as YAML. */
  kubeconfig(): string;
  /** In-process calls that do what the same HTTP requests would. */
  readonly client: Client;
  /** Answers a request that came without a connection. */
  readonly handle: RequestListener;
  readonly store: Store;
  readonly lists: Lists;
  readonly watches: WatchHandler;
  readonly faults: Faults;
  /** Absent when it was switched off. */
  readonly kubelet: Kubelet | undefined;
  readonly policyServers: PolicyServers;
  /**
   * What a restart of the API server looks like from outside: connections break, for `downMs` nobody answers, and
   * watches and pages from before get 410. Objects stay.
   */
  restart(downMs?: number): Promise<void>;
  /** Ends all watches, timers and connections. */
  close(): Promise<void>;
}

const initialNamespaces = ["default", "kube-system", "kube-public", kubewardenNamespace];

/** Starts the whole of it: store, API, admission, kubelet. Nothing is kept on disk. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const store = new Store(options.historyLimit);
  const registry = new ResourceRegistry([...builtinTypes, definitionType]);
  const unfollow = followDefinitions(store, registry);
  // Writing asks admission, admission asks the policy servers, and these write what Kubewarden writes.
  const admit: Admit = (input) => admission.admit(input);
  const writes = new Writes(store, admit);
  const deletion = new Deletion(store, registry, admit);
  const client = new Client(registry, store, writes, deletion);
  const policyServers = new PolicyServers(store, client, {
    modules: options.policyModule ?? noModules,
    rolloutDelayMs: options.policyServerDelayMs ?? 0,
    onRollout: options.onPolicyRollout ?? (() => {}),
  });
  const admission = new Admission(store, registry, policyServers);
  const lists = new Lists(store);
  const watches = new WatchHandler(store, options.bookmarkMs ?? 60_000);
  const faults = new Faults();
  const stopCollecting = collectGarbage(store, deletion);
  const server = new ApiServer(registry, { store, writes, deletion, lists, watches }, faults, {
    observe: options.onRequest ?? (() => {}),
    minor: options.kubernetesMinor ?? 36,
  });

  for (const name of initialNamespaces)
    client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  for (const definition of [policyDefinition, policyServerDefinition]) client.create(definition);
  const kubelet = options.kubelet === false ? undefined : new Kubelet(client, store, options.kubelet);
  const url = await server.listen(options.port ?? 0);

  return {
    url,
    kubeconfig: () => kubeconfig(url),
    client,
    handle: server.handle,
    store,
    lists,
    watches,
    faults,
    kubelet,
    policyServers,
    restart: async (downMs = 0) => {
      await server.close();
      store.compact();
      lists.expire();
      await wait(downMs);
      await server.listen(Number(new URL(url).port));
    },
    close: async () => {
      kubelet?.close();
      policyServers.close();
      unfollow();
      stopCollecting();
      await server.close();
    },
  };
}

function noModules(url: string): PolicyModule {
  throw new Error(`no module for ${url}: the sandbox was started without policyModule`);
}

/** Deletes the dependents of whatever is removed, a moment later. */
function collectGarbage(store: Store, deletion: Deletion): () => void {
  return store.listenToAll((event) => {
    if (event.type === "DELETED") setImmediate(() => deletion.collectDependents(event.object));
  });
}
