import assert from "node:assert/strict";
import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { apiPod, type ApiPod, apiSet, isReady, isWaiting, recount } from "./naive-view.ts";
import { firstSidecar, pods, sidecarSets } from "./objects.ts";
import { SimulatedCluster } from "./simulated-cluster.ts";
import type { Step } from "./steps.ts";
import { type Sightings, Witness } from "./witness.ts";

/** Enough for two elections, and for every Pod to start. */
const someTimeMs = 40_000;

/** Longer than anything holds a write or a retry up. */
const longestWaitMs = 400_000;

/** Lines of the story that a violation tells. */
const storyLength = 60;

/** Every simulation begins with something at work: two sets of these numbers, and Pods. */
const prelude = (sets: readonly [number, number]): readonly Step[] => [
  ...sets.map((set) => ({ kind: "create-set" as const, set })),
  { kind: "pass", ms: 8_000 },
  ...Array.from({ length: 5 }, (_, pod) => ({
    kind: "create-pod" as const,
    app: "web",
    track: pod % 2 === 0 ? "stable" : "canary",
    trouble: "",
  })),
  { kind: "pass", ms: 6_000 },
];

/** One simulation from its first step to its end. */
export class Run {
  readonly #cluster: SimulatedCluster;
  readonly #witness: Witness;

  private constructor(cluster: SimulatedCluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
  }

  /** `killsAfterWrites`: so many times a process is killed right after a write of it. */
  static async start(
    module: PolicyModule,
    {
      sets,
      killsAfterWrites,
    }: { readonly sets: readonly [number, number]; readonly killsAfterWrites: number },
  ): Promise<Run> {
    const witnesses: Witness[] = [];
    const cluster = await SimulatedCluster.start(module, ({ store }) => {
      const witness = new Witness(store);
      witnesses.push(witness);
      return witness;
    });
    const run = new Run(cluster, witnesses[0] ?? assert.fail());
    for (const step of prelude(sets)) await run.take(step);
    cluster.killsAfterWrites = killsAfterWrites;
    return run;
  }

  get seen(): Sightings {
    return this.#witness.seen;
  }

  async take(step: Step): Promise<void> {
    this.#witness.story.push(JSON.stringify(step));
    await this.#cluster.take(step);
    this.#check();
  }

  /** From here on nothing goes wrong: everything that can be updated is, and the status tells it. */
  async settle(): Promise<void> {
    const cluster = this.#cluster;
    const { client, store } = cluster.sandbox;
    cluster.killsAfterWrites = 0;
    for (const { metadata } of store.list("sidecarsets.apps.kruise.io")) {
      const reference = { ...sidecarSets, name: metadata.name };
      const strategy = { paused: false, type: "RollingUpdate", maxUnavailable: 2, selector: null };
      client.patch(reference, "merge", { spec: { updateStrategy: strategy } });
      const path = `${firstSidecar(apiSet(client.get(reference)))}/image`;
      client.patch(reference, "json", [{ op: "replace", path, value: `${metadata.name}:final` }]);
    }
    await this.#pass(someTimeMs);
    // Pods that are in trouble for good use the budget up, as they do in OpenKruise.
    for (const pod of this.#pods().filter(isTroubled)) client.delete({ ...pods, name: pod.metadata.name });
    await this.#pass(longestWaitMs);
    for (const object of store.list("sidecarsets.apps.kruise.io")) {
      const set = apiSet(object);
      const { name, generation } = set.metadata;
      const { observedGeneration, matchedPods, updatedPods, readyPods, updatedReadyPods, conditions } =
        set.status ?? {};
      assert.equal(observedGeneration, generation, `${name}: generation`);
      const told = { matchedPods, updatedPods, readyPods, updatedReadyPods: updatedReadyPods ?? 0 };
      assert.deepEqual(told, recount(this.#pods(), set), `${name}: status against a recount`);
      const waiting = this.#pods().filter((pod) => isWaiting(pod, set)).length;
      const partition = Number(set.spec.updateStrategy?.partition ?? 0);
      assert.ok(waiting <= partition, `${name}: ${waiting} Pods wait, the partition holds ${partition}`);
      const injection = conditions?.find(({ type }) => type === "InjectionReady");
      assert.equal(injection?.status, "True", `${name}: ${injection?.message}`);
    }
  }

  async stop(): Promise<void> {
    await this.#cluster.stop();
  }

  async #pass(ms: number): Promise<void> {
    await this.#cluster.pass(ms, true);
    this.#check();
  }

  #check(): void {
    const { violations, story } = this.#witness;
    if (violations.length === 0) return;
    throw new Error(`${violations.join("\n")}\n\nWhat came before:\n${story.slice(-storyLength).join("\n")}`);
  }

  #pods(): readonly ApiPod[] {
    const { client } = this.#cluster.sandbox;
    const { labels } = client.get({ apiVersion: "v1", kind: "Namespace", name: pods.namespace }).metadata;
    return this.#cluster.pods().map((pod) => apiPod(pod, labels));
  }
}

function isTroubled(pod: ApiPod): boolean {
  return !isReady(pod) || pod.metadata.annotations?.["kubelet.sandbox/app"] !== undefined;
}
