import { setTimeout as sleep } from "node:timers/promises";
import type { HostCapabilities, PolicyModule } from "@kubewarden/as-sdk/host";
import type { Answer, ApiClient } from "../control-plane/api-client.ts";
import { AdmissionServer, type ServedPolicy } from "./admission-server.ts";
import { answerFrom } from "./host-capabilities.ts";
import {
  type ClusterAdmissionPolicy,
  policiesFile,
  type PolicyEntry,
  policyId,
  webhookConfiguration,
} from "./policy-configuration.ts";
import { kubewardenDefinitions } from "./resource-definitions.ts";

const namespace = "kubewarden";
const group = "/apis/policies.kubewarden.io/v1";
const pollMilliseconds = 150;
// Both an annotation of the Deployment and a label of its Pods.
const versionLabel = "kubewarden/config-version";
const servingCondition = "stand-in/serving";

/** A PolicyServer as users write it. */
interface PolicyServer {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly image: string; readonly replicas: number };
}

/** What one PolicyServer runs with: the policies file of a ConfigMap version that rolled out. */
interface LiveConfiguration {
  readonly version: string;
  readonly entries: Readonly<Record<string, PolicyEntry>>;
}

/**
 * Stands in for Kubewarden: its controller and its policy servers, with the Wasm in this process. From every change of
 * the policies it writes a ConfigMap and a Deployment, as Kubewarden does. New settings count when the first Pod of that
 * Deployment is there, the Deployment rolls out after that, and settings that the policy refuses never start. Serves
 * one module, whatever `spec.module` names.
 */
export class Kubewarden {
  readonly server = new AdmissionServer();
  /** Everything that went wrong in the background; empty in a good run. */
  readonly problems: string[] = [];
  readonly #client: ApiClient;
  readonly #module: PolicyModule;
  readonly #live = new Map<string, LiveConfiguration>();
  /** ConfigMap versions with which no server starts. */
  readonly #refused = new Set<string>();
  readonly #hasControllers: boolean;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  private constructor(client: ApiClient, module: PolicyModule, hasControllers: boolean) {
    this.#client = client;
    this.#module = module;
    this.#hasControllers = hasControllers;
  }

  /** Installs Kubewarden's resources and begins to look after them. */
  static async start(
    client: ApiClient,
    module: PolicyModule,
    options: { readonly hasControllers: boolean },
  ): Promise<Kubewarden> {
    const kubewarden = new Kubewarden(client, module, options.hasControllers);
    for (const definition of kubewardenDefinitions) {
      await expectStatus(
        client.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition),
        [201, 409],
      );
    }
    for (const plural of ["clusteradmissionpolicies", "policyservers"]) {
      while ((await client.get(`${group}/${plural}`)).status !== 200) await sleep(50);
    }
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
    await expectStatus(client.post("/api/v1/namespaces", body), [201, 409]);
    await kubewarden.server.listen();
    kubewarden.#loop = kubewarden.#run();
    return kubewarden;
  }

  /** Stops to answer admission reviews until the answer is called. */
  async interrupt(): Promise<() => Promise<void>> {
    const port = Number(new URL(this.server.url).port);
    await this.server.close();
    return () => this.server.listen(port);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.server.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#reconcile();
      } catch (error) {
        if (!isPassing(error)) this.problems.push(error instanceof Error ? error.message : String(error));
      }
      await sleep(pollMilliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  async #reconcile(): Promise<void> {
    const policies = await this.#list<ClusterAdmissionPolicy>(`${group}/clusteradmissionpolicies`);
    const servers = await this.#list<PolicyServer>(`${group}/policyservers`);
    const served = new Map<string, ServedPolicy>();
    for (const server of servers) {
      const own = policies.filter(({ spec }) => spec.policyServer === server.metadata.name);
      const live = await this.#rollOut(server, own);
      for (const [id, entry] of Object.entries(live?.entries ?? {})) served.set(id, this.#serve(id, entry));
    }
    this.server.policies = served;
    for (const policy of policies) await this.#report(policy, served.has(policyId(policy.metadata.name)));
    await this.#unregister(new Set(policies.map(({ metadata }) => policyId(metadata.name))));
  }

  /** Brings ConfigMap and Deployment up to date and answers what the server runs with at this moment. */
  async #rollOut(
    server: PolicyServer,
    policies: readonly ClusterAdmissionPolicy[],
  ): Promise<LiveConfiguration | undefined> {
    const name = `policy-server-${server.metadata.name}`;
    const map = await this.#ensureConfigMap(name, policiesFile(policies));
    const version: string = map.metadata.resourceVersion;
    const deployment = await this.#ensureDeployment(name, server, version);
    const live = this.#live.get(name);
    if (live?.version === version) {
      await this.#settle(name, deployment, version);
      return live;
    }
    const pods = this.#hasControllers ? await this.#podsOf(version) : [deployment];
    const entries: Record<string, PolicyEntry> = JSON.parse(map.data["policies.yml"]);
    if (pods.length === 0 || !this.#canStart(version, entries)) return live;
    const next = { version, entries };
    this.#live.set(name, next);
    return next;
  }

  /** False when the policy refuses the settings of an entry: a server that starts with them stops at once. */
  #canStart(version: string, entries: Readonly<Record<string, PolicyEntry>>): boolean {
    if (this.#refused.has(version)) return false;
    for (const [id, { settings }] of Object.entries(entries)) {
      const verdict = this.#module.validateSettings(settings);
      if (verdict.valid) continue;
      this.#refused.add(version);
      this.problems.push(`${id}: policy settings are invalid: ${verdict.message ?? ""}`);
      return false;
    }
    return true;
  }

  async #podsOf(version: string): Promise<readonly Answer["body"][]> {
    const label = encodeURIComponent(`${versionLabel}=${version}`);
    return await this.#list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${label}`);
  }

  async #ensureConfigMap(name: string, file: string): Promise<Answer["body"]> {
    const maps = `/api/v1/namespaces/${namespace}/configmaps`;
    const current = await this.#client.get(`${maps}/${name}`);
    const data = { "policies.yml": file, "sources.yml": "{}" };
    if (current.status === 404) {
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
      return await expectStatus(this.#client.post(maps, body), [201]);
    }
    if (current.body.data["policies.yml"] === file) return current.body;
    return await expectStatus(this.#client.patch(`${maps}/${name}`, "merge", { data }), [200]);
  }

  async #ensureDeployment(name: string, server: PolicyServer, version: string): Promise<Answer["body"]> {
    const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const current = await this.#client.get(`${deployments}/${name}`);
    if (current.status === 200 && current.body.metadata.annotations?.[versionLabel] === version) {
      return current.body;
    }
    const app = { "kubewarden/policy-server": server.metadata.name };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, annotations: { [versionLabel]: version } },
      spec: {
        replicas: server.spec.replicas,
        selector: { matchLabels: app },
        template: {
          metadata: { labels: { ...app, [versionLabel]: version } },
          spec: {
            containers: [{ name, image: server.spec.image }],
            readinessGates: [{ conditionType: servingCondition }],
          },
        },
      },
    };
    return current.status === 404
      ? await expectStatus(this.#client.post(deployments, deployment), [201])
      : await expectStatus(this.#client.patch(`${deployments}/${name}`, "strategic", deployment), [200]);
  }

  /**
   * Reports the server ready once it serves a version: its Pods by their readiness gate, so that the Deployment rolls
   * out no sooner; without a controller manager, which would do that, the Deployment itself.
   */
  async #settle(name: string, deployment: Answer["body"], version: string): Promise<void> {
    if (this.#hasControllers) {
      for (const { metadata, status } of await this.#podsOf(version)) {
        if (status.conditions?.some((each: { type: string }) => each.type === servingCondition)) continue;
        const body = { status: { conditions: [{ type: servingCondition, status: "True" }] } };
        const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}/status`;
        await expectStatus(this.#client.patch(path, "strategic", body), [200, 404]);
      }
      return;
    }
    const { generation } = deployment.metadata;
    if (deployment.status?.observedGeneration === generation) return;
    const count: number = deployment.spec.replicas;
    const status = {
      observedGeneration: generation,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
    };
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/status`;
    await expectStatus(this.#client.patch(path, "merge", { status }), [200]);
  }

  #serve(id: string, entry: PolicyEntry): ServedPolicy {
    const { policyMode: mode, allowedToMutate: mutating, message, settings } = entry;
    const enforcement = { policy: id, mutating, mode, ...(message !== undefined && { message }) };
    const capabilities = (): Promise<HostCapabilities> =>
      answerFrom(this.#client, entry.contextAwareResources ?? []);
    return { module: this.#module, settings, enforcement, capabilities };
  }

  async #report(policy: ClusterAdmissionPolicy, isServed: boolean): Promise<void> {
    const { name } = policy.metadata;
    const policyStatus = isServed
      ? "active"
      : policy.status?.["policyStatus"] === "active"
        ? "active"
        : "pending";
    if (isServed) await this.#register(policy);
    if (policy.status?.["policyStatus"] === policyStatus && policy.status["mode"] === policy.spec.mode)
      return;
    const status = { policyStatus, mode: policy.spec.mode };
    const path = `${group}/clusteradmissionpolicies/${name}/status`;
    await expectStatus(this.#client.patch(path, "merge", { status }), [200, 404]);
  }

  async #register(policy: ClusterAdmissionPolicy): Promise<void> {
    const wanted = webhookConfiguration(policy, {
      url: this.server.url,
      certificate: this.server.certificate.certificate,
      namespace,
    });
    const plural = `${String(wanted["kind"]).toLowerCase()}s`;
    const path = `/apis/admissionregistration.k8s.io/v1/${plural}/${policyId(policy.metadata.name)}`;
    const parameters = "fieldManager=kubewarden-controller&force=true";
    await expectStatus(this.#client.patch(`${path}?${parameters}`, "apply", wanted), [200, 201]);
  }

  async #unregister(ids: ReadonlySet<string>): Promise<void> {
    for (const plural of ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]) {
      const path = `/apis/admissionregistration.k8s.io/v1/${plural}`;
      const label = encodeURIComponent("app.kubernetes.io/part-of=kubewarden");
      for (const { metadata } of await this.#list<PolicyServer>(`${path}?labelSelector=${label}`)) {
        if (!ids.has(metadata.name))
          await expectStatus(this.#client.delete(`${path}/${metadata.name}`), [200, 404]);
      }
    }
  }

  async #list<Item>(path: string): Promise<readonly Item[]> {
    return (await expectStatus(this.#client.get(path), [200])).items;
  }
}

/** An answer that was not expected. */
class UnexpectedStatus extends Error {
  readonly status: number;

  constructor(expected: readonly number[], status: number, body: Answer["body"]) {
    super(`expected ${expected.join(" or ")}, got ${status} ${body?.message ?? JSON.stringify(body)}`);
    this.status = status;
  }
}

/** True for what an API server that stops and starts brings along. */
function isPassing(error: unknown): boolean {
  if (error instanceof UnexpectedStatus) return [409, 429, 500, 503].includes(error.status);
  return error instanceof Error && "code" in error;
}

async function expectStatus(call: Promise<Answer>, expected: readonly number[]): Promise<Answer["body"]> {
  const { status, body } = await call;
  if (expected.includes(status)) return body;
  throw new UnexpectedStatus(expected, status, body);
}
