import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import {
  condition,
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
import { type Case, create, type Environment, read } from "./environment.ts";

interface Order {
  readonly name: string;
  readonly strategy: object;
  /** Labels of the Pods, one after the other. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  /** Names of the Pods that are upgraded while the rest is held; a number where any will do. */
  readonly expected: readonly string[] | number;
}

const zones = ["a", "b", "c"].map((zone) => ({ zone }));
const ranks = ["9", "10", "1"].map((rank) => ({ rank }));

/** `partition` lets one or two Pods go; which, the rest of the strategy decides. */
const orders: readonly Order[] = [
  {
    name: "a selector",
    strategy: { selector: { matchLabels: { zone: "b" } } },
    labels: zones,
    expected: ["pod-1"],
  },
  {
    name: "weights",
    strategy: {
      partition: 2,
      priorityStrategy: {
        weightPriority: [
          { weight: 10, matchSelector: { matchLabels: { zone: "a" } } },
          { weight: 50, matchSelector: { matchLabels: { zone: "c" } } },
        ],
      },
    },
    labels: zones,
    expected: ["pod-2"],
  },
  {
    name: "the number in a label",
    strategy: { partition: 2, priorityStrategy: { orderPriority: [{ orderedKey: "rank" }] } },
    labels: ranks,
    expected: ["pod-1"],
  },
  {
    name: "a percentage",
    strategy: { partition: "67%" },
    labels: zones,
    expected: 1,
  },
];

async function run(environment: Environment, { name, strategy, labels, expected }: Order): Promise<void> {
  const [set, namespace] = ["ordered", "ordered"];
  const names = labels.map((_, index) => `pod-${index}`);
  const updateStrategy = { maxUnavailable: "100%", paused: true };
  const containers = [container("agent", "agent:1")];
  await create(environment, sidecarSets, sidecarSet(set, { containers, updateStrategy }));
  await injectionReady(environment, set);
  for (const [index, each] of names.entries()) {
    await create(environment, podsIn(namespace), pod(each, { app: set, ...labels[index] }));
  }
  await podsReady(environment, namespace, names);
  await statusBecomes(environment, set, { matchedPods: names.length, updatedPods: names.length });
  const spec = {
    containers: [container("agent", "agent:2")],
    updateStrategy: { ...strategy, paused: false, type: "RollingUpdate" },
  };
  const answer = await environment.admin.patch(`${sidecarSets}/${set}`, "merge", { spec });
  assert.equal(answer.status, 200, answer.body.message);
  const count = typeof expected === "number" ? expected : expected.length;
  await statusBecomes(environment, set, { updatedPods: count, updatedReadyPods: count });
  const seen = await read(environment, `${sidecarSets}/${set}`);
  assert.equal(condition(seen, "Ready")?.reason, "PartitionHeld", name);
  const list: Answer["body"][] = (await read(environment, podsIn(namespace))).items;
  const upgraded = list.filter(({ spec }) =>
    spec.containers.some((each: Answer["body"]) => each.image === "agent:2"),
  );
  assert.equal(upgraded.length, count, name);
  if (typeof expected !== "number") {
    assert.deepEqual(
      upgraded.map(({ metadata }) => metadata.name),
      expected,
      name,
    );
  }
  await environment.admin.delete(podsIn(namespace));
  await environment.admin.delete(`${sidecarSets}/${set}`);
  await statusGone(environment, namespace);
}

async function statusGone(environment: Environment, namespace: string): Promise<void> {
  for (;;) {
    const { items } = await read(environment, podsIn(namespace));
    if (items.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Which Pods go first. */
export const rolloutOrder: Case = {
  name: `which Pods are upgraded first is decided by ${orders.map(({ name }) => name).join(", ")}`,
  async run(environment) {
    await createNamespace(environment, "ordered");
    for (const order of orders) await run(environment, order);
    await removeNamespace(environment, "ordered");
  },
};

/** Pods of one group are spread over the whole rollout. */
export const scatter: Case = {
  name: "scatterStrategy spreads the Pods that it names over the rollout",
  async run(environment) {
    const [set, namespace] = ["scattered", "scattered"];
    await createNamespace(environment, namespace);
    const names = Array.from({ length: 9 }, (_, index) => `pod-${index}`);
    const updateStrategy = { maxUnavailable: 9, scatterStrategy: [{ key: "zone", value: "a" }] };
    const containers = [container("agent", "agent:1")];
    await create(environment, sidecarSets, sidecarSet(set, { containers, updateStrategy }));
    await injectionReady(environment, set);
    for (const [index, each] of names.entries()) {
      const zone = index < 3 ? "a" : "b";
      await create(environment, podsIn(namespace), pod(each, { app: set, zone }));
    }
    await podsReady(environment, namespace, names);
    await statusBecomes(environment, set, { matchedPods: 9, updatedPods: 9 });
    const spec = { containers: [container("agent", "agent:2")], updateStrategy: { partition: 4 } };
    await environment.admin.patch(`${sidecarSets}/${set}`, "merge", { spec });
    await statusBecomes(environment, set, { updatedPods: 5, updatedReadyPods: 5 });
    const list: Answer["body"][] = (await read(environment, podsIn(namespace))).items;
    const zonesOfUpgraded = list
      .filter(({ spec }) => spec.containers.some((each: Answer["body"]) => each.image === "agent:2"))
      .map(({ metadata }) => metadata.labels.zone);
    assert.ok(zonesOfUpgraded.includes("a") && zonesOfUpgraded.includes("b"), zonesOfUpgraded.join());
    assert.ok(zonesOfUpgraded.filter((zone) => zone === "a").length < 3, "zone a went first as a whole");
    await removeNamespace(environment, namespace);
  },
};
