import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import {
  container,
  createNamespace,
  injectionReady,
  pod,
  podsIn,
  podsReady,
  removeNamespace,
  sidecarSet,
  sidecarSets,
  statusBecomes,
} from "./cluster-objects.ts";
import { create, type Environment, read } from "./environment.ts";

/** One container `agent` of version 1, for cases to which it does not matter what is injected. */
export const agent = { containers: [container("agent", "agent:1")] };

/** How Pods of a fixture differ from one container and the label `app`. */
export interface PodDifferences {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/**
 * What most cases work with: a namespace and, under the same name, a SidecarSet for the Pods with the label `app: NAME`.
 * `await using` removes the namespace at the end of a case; its runner removes all SidecarSets.
 */
export class Fixture implements AsyncDisposable {
  readonly environment: Environment;
  readonly name: string;

  private constructor(environment: Environment, name: string) {
    this.environment = environment;
    this.name = name;
  }

  /** Makes the namespace, with these labels. */
  static async make(
    environment: Environment,
    name: string,
    labels?: Record<string, string>,
  ): Promise<Fixture> {
    await createNamespace(environment, name, labels);
    return new Fixture(environment, name);
  }

  /** Makes the SidecarSet and answers it when new Pods get it. */
  async createSet(spec: object): Promise<Answer["body"]> {
    await create(this.environment, sidecarSets, sidecarSet(this.name, spec));
    return await this.injectionReady();
  }

  /** The SidecarSet as it is now. */
  set(): Promise<Answer["body"]> {
    return read(this.environment, `${sidecarSets}/${this.name}`);
  }

  /** Merges into the spec of the SidecarSet. */
  async edit(spec: object): Promise<void> {
    const answer = await this.environment.admin.patch(`${sidecarSets}/${this.name}`, "merge", { spec });
    assert.equal(answer.status, 200, answer.body.message);
  }

  /** Gives the first container of the SidecarSet another image. */
  async setImage(image: string): Promise<void> {
    const patch = [{ op: "replace", path: "/spec/containers/0/image", value: image }];
    const answer = await this.environment.admin.patch(`${sidecarSets}/${this.name}`, "json", patch);
    assert.equal(answer.status, 200, answer.body.message);
  }

  /** Waits until the SidecarSet says that new Pods get it as it is now. */
  injectionReady(): Promise<Answer["body"]> {
    return injectionReady(this.environment, this.name);
  }

  /** Waits until the status of the SidecarSet describes its present spec and has these fields. */
  statusBecomes(wanted: Record<string, number>, seconds?: number): Promise<Answer["body"]> {
    return statusBecomes(this.environment, this.name, wanted, seconds);
  }

  /** Makes a Pod and answers what the API server made of it. */
  async createPod(name: string, differences?: PodDifferences): Promise<Answer["body"]> {
    return await create(this.environment, podsIn(this.name), this.#pod(name, differences));
  }

  /** What the API server would make of a Pod now; nothing is stored. */
  async wouldBe(name: string, differences?: PodDifferences): Promise<Answer["body"]> {
    const path = `${podsIn(this.name)}?dryRun=All`;
    return await create(this.environment, path, this.#pod(name, differences));
  }

  /** Makes Pods one after the other and answers them when all are Ready. */
  async createPods(names: readonly string[], differences?: PodDifferences): Promise<Answer["body"][]> {
    for (const name of names) await this.createPod(name, differences);
    return await this.podsReady(names);
  }

  /** Waits until the Pods are Ready and answers them in the same order. */
  async podsReady(names: readonly string[]): Promise<Answer["body"][]> {
    return [...(await podsReady(this.environment, this.name, names))];
  }

  /** A Pod as it is now. */
  pod(name: string): Promise<Answer["body"]> {
    return read(this.environment, `${podsIn(this.name)}/${name}`);
  }

  /** All Pods of the namespace. */
  async pods(): Promise<Answer["body"][]> {
    return (await read(this.environment, podsIn(this.name))).items;
  }

  #pod(name: string, { labels, annotations, spec }: PodDifferences = {}): unknown {
    return pod(name, { app: this.name, ...labels }, spec, annotations);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeNamespace(this.environment, this.name);
  }
}
