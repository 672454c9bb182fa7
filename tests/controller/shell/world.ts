import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PolicyModule } from "@kubewarden/as-sdk/host";
import { directAccess } from "../../../controller/k8s/cluster-access.ts";
import type { SidecarSetSpec, SidecarSetStatus } from "../../../controller/model/sidecarset.ts";
import {
  type Controller,
  type ControllerOptions,
  startController,
} from "../../../controller/shell/start-controller.ts";
import { policyFile, startProjectSandbox } from "../../../sandbox/project.ts";
import type { Sandbox, SandboxOptions } from "../../../sandbox/sandbox.ts";

const sidecarSets = { apiVersion: "apps.kruise.io/v1alpha1", kind: "SidecarSet" };
const pods = { apiVersion: "v1", kind: "Pod" };
const policies = { apiVersion: "policies.kubewarden.io/v1", kind: "ClusterAdmissionPolicy" };

/** A Pod as far as tests look at it. */
export interface ObservedPod {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ObservedStatus[];
    readonly initContainerStatuses?: readonly ObservedStatus[];
  };
}

interface ObservedStatus {
  readonly name: string;
  readonly image: string;
  readonly containerID?: string;
  readonly restartCount: number;
}

/** An Event as far as tests look at it. */
export interface ObservedEvent {
  readonly type: string;
  readonly reason: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly message: string;
}

/** A ControllerRevision as far as tests look at it. */
export interface ObservedRevision {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly revision: number;
  readonly data: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}

/** Settings of the injecting policy. */
export interface PolicySettings {
  readonly sidecarSets?: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: SidecarSetSpec;
    readonly status?: { readonly latestRevision: string };
    readonly revision?: { readonly name: string; readonly spec: SidecarSetSpec };
  }[];
  readonly [member: string]: unknown;
}

/** A sandbox with the project in it and a controller at work; everything ends with the test. */
export class World {
  readonly sandbox: Sandbox;
  readonly #module: PolicyModule;
  readonly #options: Partial<ControllerOptions>;
  #controller: Controller;

  private constructor(sandbox: Sandbox, module: PolicyModule, options: Partial<ControllerOptions>) {
    this.sandbox = sandbox;
    this.#module = module;
    this.#options = options;
    this.#controller = this.#start();
  }

  static async start(
    t: TestContext,
    options: Partial<ControllerOptions> & { readonly sandbox?: SandboxOptions } = {},
  ): Promise<World> {
    const { sandbox: sandboxOptions, ...controllerOptions } = options;
    const kubelet = {
      bindMs: 1,
      startMs: 5,
      restartMs: 15,
      readyMs: 5,
      crashMs: 25,
      pullRetryMs: 50,
      stopMs: 5,
    };
    const sandbox = await startProjectSandbox({ kubelet: { ...kubelet, events: false }, ...sandboxOptions });
    const world = new World(sandbox, await PolicyModule.load(policyFile), controllerOptions);
    t.after(() => world.#close());
    await world.#controller.started;
    return world;
  }

  get controller(): Controller {
    return this.#controller;
  }

  async stopController(): Promise<void> {
    await this.#controller.close();
  }

  async restartController(): Promise<void> {
    await this.#controller.close();
    this.#controller = this.#start();
    await this.#controller.started;
  }

  /** The sidecar is called `log` in the set `set`, and like its set in others: no two may use one name. */
  createSet(name: string, spec: Partial<SidecarSetSpec>): void {
    const selector = { matchLabels: { app: "web" } };
    const containers = [{ name: name === "set" ? "log" : name, image: "log:1" }];
    this.sandbox.client.create(
      plain({ ...sidecarSets, metadata: { name }, spec: { selector, containers, ...spec } }),
    );
  }

  /** Merges into the spec of a set, lists replaced. */
  editSet(name: string, spec: Partial<SidecarSetSpec>): void {
    this.sandbox.client.patch({ ...sidecarSets, name }, "merge", plain({ spec }));
  }

  /** Merges into the metadata of a set. */
  annotateSet(name: string, metadata: unknown): void {
    this.sandbox.client.patch({ ...sidecarSets, name }, "merge", plain({ metadata }));
  }

  /** ControllerRevisions of sets, by number. */
  revisions(namespace = "sidecarset-system"): readonly ObservedRevision[] {
    const all = this.sandbox.client.list("apps/v1", "ControllerRevision", namespace);
    return plain<readonly ObservedRevision[]>(all)
      .filter(({ metadata }) => metadata.labels?.["sidecarset-kubewarden/kept"] === undefined)
      .toSorted((a, b) => a.revision - b.revision);
  }

  createRevision(revision: unknown): void {
    this.sandbox.client.create(
      plain({ apiVersion: "apps/v1", kind: "ControllerRevision", ...Object(revision) }),
    );
  }

  uidOf(name: string): string {
    return this.sandbox.client.get({ ...sidecarSets, name }).metadata.uid ?? "";
  }

  deleteSet(name: string): void {
    this.sandbox.client.delete({ ...sidecarSets, name });
  }

  statusOf(name: string): SidecarSetStatus {
    return plain<SidecarSetStatus>(this.sandbox.client.get({ ...sidecarSets, name })["status"] ?? {});
  }

  conditionOf(name: string, type: string): { status?: string; reason?: string; message?: string } {
    return this.statusOf(name).conditions?.find((condition) => condition.type === type) ?? {};
  }

  createPod(
    name: string,
    labels: Readonly<Record<string, string>> = {},
    annotations: Readonly<Record<string, string>> = {},
  ): void {
    const spec = { containers: [{ name: "app", image: "app:1" }] };
    const metadata = { name, namespace: "default", labels: { app: "web", ...labels }, annotations };
    this.sandbox.client.create({ ...pods, metadata, spec });
  }

  deletePod(name: string): void {
    this.sandbox.client.delete({ ...pods, namespace: "default", name });
  }

  pods(namespace = "default"): readonly ObservedPod[] {
    return plain<readonly ObservedPod[]>(this.sandbox.client.list("v1", "Pod", namespace));
  }

  pod(name: string): ObservedPod {
    return this.pods().find(({ metadata }) => metadata.name === name) ?? assert.fail(`no Pod ${name}`);
  }

  /** Events of this reason. */
  events(reason: string): readonly ObservedEvent[] {
    const all = plain<readonly ObservedEvent[]>(this.sandbox.client.list("v1", "Event"));
    return all.filter((event) => event.reason === reason);
  }

  policySettings(): PolicySettings {
    const policy = this.sandbox.client.get({ ...policies, name: "sidecarset-injection" });
    return plain<{ settings?: PolicySettings }>(policy["spec"]).settings ?? {};
  }

  patchPolicy(spec: unknown): void {
    this.sandbox.client.patch({ ...policies, name: "sidecarset-injection" }, "merge", plain({ spec }));
  }

  policyVersion(): string {
    return (
      this.sandbox.client.get({ ...policies, name: "sidecarset-injection" }).metadata.resourceVersion ?? ""
    );
  }

  /** Deletes a policy and gives it back without what the server added. */
  deletePolicy(name: string): { readonly spec: unknown; readonly metadata: { readonly name: string } } {
    const { spec } = plain<{ readonly spec: unknown }>(this.sandbox.client.get({ ...policies, name }));
    this.sandbox.client.delete({ ...policies, name });
    return { metadata: { name }, spec };
  }

  createPolicy(policy: { readonly spec: unknown }): void {
    this.sandbox.client.create(plain({ ...policies, ...policy }));
  }

  /** Counts changes of objects of a kind whose spec differs from before, from now on. */
  countWrites(kind: string): { stop(): number } {
    let count = 0;
    const specs = new Map<string, string>();
    for (const object of this.sandbox.client.list(policies.apiVersion, kind)) {
      specs.set(object.metadata.name, JSON.stringify(object["spec"]));
    }
    const stop = this.sandbox.store.listenToAll(({ object }) => {
      if (object.kind !== kind) return;
      const spec = JSON.stringify(object["spec"]);
      if (specs.get(object.metadata.name) !== spec) count++;
      specs.set(object.metadata.name, spec);
    });
    return {
      stop() {
        stop();
        return count;
      },
    };
  }

  /** Waits until the counters of a set, `matched/updated/ready/updatedReady`, are these for its current generation. */
  async counters(name: string, expected: string): Promise<void> {
    await until(`${name} ${expected}`, () => {
      const { generation } = this.sandbox.client.get({ ...sidecarSets, name }).metadata;
      const status = this.statusOf(name);
      const { matchedPods, updatedPods, readyPods, updatedReadyPods } = status;
      const found = [matchedPods, updatedPods, readyPods, updatedReadyPods].join("/");
      const current = status.observedGeneration === generation;
      return current && found === expected ? true : `${found} for generation ${status.observedGeneration}`;
    });
  }

  /** Waits until a condition of a set has this reason for its current generation. */
  async reason(name: string, type: string, expected: string): Promise<void> {
    await until(`${name} ${type} ${expected}`, () => {
      const { generation } = this.sandbox.client.get({ ...sidecarSets, name }).metadata;
      const { reason } = this.conditionOf(name, type);
      const { observedGeneration } = this.statusOf(name);
      const current = observedGeneration === generation;
      return current && reason === expected ? true : `${reason} for generation ${observedGeneration}`;
    });
  }

  /** Follows the Pods from now on; `stop` gives the most that were not ready at one moment. */
  watchUnavailable(): { stop(): number } {
    const unavailable = new Set<string>();
    let most = 0;
    const stop = this.sandbox.store.listenToAll(({ type, object }) => {
      if (object.kind !== "Pod") return;
      const { name } = object.metadata;
      if (type !== "DELETED" && !isReady(plain<ObservedPod>(object))) unavailable.add(name);
      else unavailable.delete(name);
      most = Math.max(most, unavailable.size);
    });
    return {
      stop() {
        stop();
        return most;
      },
    };
  }

  #start(): Controller {
    return startController({
      access: directAccess(this.sandbox.url),
      policyModule: this.#module,
      settingsIntervalMs: 100,
      settingsGatherMs: 5,
      statusIntervalMs: 20,
      graceMs: 2_000,
      ...this.#options,
    });
  }

  async #close(): Promise<void> {
    await this.#controller.close();
    await this.sandbox.close();
  }
}

/** Longer than anything takes, on a machine that is busy with other things too. */
const patienceMs = 60_000;

/** Asks every 10 ms until the probe answers true; fails with its last answer when that takes too long. */
export async function until(what: string, probe: () => unknown): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = probe();
    if (answer === true) return;
    assert.ok(
      performance.now() < deadline,
      `${what}: not within ${patienceMs / 1000} s, last ${JSON.stringify(answer)}`,
    );
    await sleep(10);
  }
}

/** Condition Ready of a Pod. */
export function isReady({ status }: ObservedPod): boolean {
  return status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

/** Image of a container in the Pod's spec. */
export function imageIn(pod: ObservedPod, container = "log"): string | undefined {
  const { containers, initContainers = [] } = pod.spec;
  return [...containers, ...initContainers].find(({ name }) => name === container)?.image;
}

/** What the kubelet reports of a container. */
export function statusIn(pod: ObservedPod, container = "log") {
  return pod.status.containerStatuses?.find(({ name }) => name === container) ?? assert.fail();
}

/** A copy as plain data, which is what the sandbox takes and gives; that it is a `T` is the test's claim. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the claim told above
function plain<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value));
}
