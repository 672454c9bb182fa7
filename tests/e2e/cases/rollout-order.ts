import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { condition, container } from "./cluster-objects.ts";
import type { Case, Environment } from "./environment.ts";
import { agent, Fixture } from "./fixture.ts";

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

async function run(environment: Environment, index: number, order: Order): Promise<void> {
  const { name, strategy, labels, expected } = order;
  await using ordered = await Fixture.make(environment, `ordered-${index}`);
  const names = labels.map((_, position) => `pod-${position}`);
  await ordered.createSet({ ...agent, updateStrategy: { maxUnavailable: "100%", paused: true } });
  for (const [position, each] of names.entries()) {
    await ordered.createPod(each, { labels: labels[position] ?? {} });
  }
  await ordered.podsReady(names);
  await ordered.statusBecomes({ matchedPods: names.length, updatedPods: names.length });
  await ordered.edit({
    containers: [container("agent", "agent:2")],
    updateStrategy: { ...strategy, paused: false, type: "RollingUpdate" },
  });
  const count = typeof expected === "number" ? expected : expected.length;
  await ordered.statusBecomes({ updatedPods: count, updatedReadyPods: count });
  assert.equal(condition(await ordered.set(), "Ready")?.reason, "PartitionHeld", name);
  const upgraded = (await ordered.pods()).filter(hasNewAgent).map(({ metadata }) => metadata.name);
  if (typeof expected === "number") assert.equal(upgraded.length, expected, name);
  else assert.deepEqual(upgraded, expected, name);
}

function hasNewAgent({ spec }: Answer["body"]): boolean {
  return spec.containers.some((each: { image: string }) => each.image === "agent:2");
}

/** Which Pods go first. */
export const rolloutOrder: Case = {
  name: `which Pods are upgraded first is decided by ${orders.map(({ name }) => name).join(", ")}`,
  async run(environment) {
    for (const [index, order] of orders.entries()) await run(environment, index, order);
  },
};

/** Pods of one group are spread over the whole rollout. */
export const scatter: Case = {
  name: "scatterStrategy spreads the Pods that it names over the rollout",
  async run(environment) {
    await using scattered = await Fixture.make(environment, "scattered");
    const names = Array.from({ length: 9 }, (_, index) => `pod-${index}`);
    const updateStrategy = { maxUnavailable: 9, scatterStrategy: [{ key: "zone", value: "a" }] };
    await scattered.createSet({ ...agent, updateStrategy });
    for (const [index, each] of names.entries()) {
      await scattered.createPod(each, { labels: { zone: index < 3 ? "a" : "b" } });
    }
    await scattered.podsReady(names);
    await scattered.statusBecomes({ matchedPods: 9, updatedPods: 9 });
    await scattered.edit({ containers: [container("agent", "agent:2")], updateStrategy: { partition: 4 } });
    await scattered.statusBecomes({ updatedPods: 5, updatedReadyPods: 5 });
    const zonesOfUpgraded = (await scattered.pods())
      .filter(hasNewAgent)
      .map(({ metadata }) => metadata.labels.zone);
    assert.ok(zonesOfUpgraded.includes("a") && zonesOfUpgraded.includes("b"), zonesOfUpgraded.join());
    assert.ok(zonesOfUpgraded.filter((zone) => zone === "a").length < 3, "zone a went first as a whole");
  },
};
