import assert from "node:assert/strict";
import { test } from "node:test";
import type { Plan } from "../../../controller/core/plan.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { SidecarContainer, UpdateStrategy } from "../../../controller/model/sidecarset.ts";
import { hot, makeSet, planOf, run, sidecarPod, written } from "./make-rollout.ts";

type Kind = "cold" | "hot" | "native";

/** A rollout of `log:2` to Pods that have `log:1`, told round by round until nothing more is done. */
interface Golden {
  readonly name: string;
  /** How the sidecar is upgraded. Default: cold. */
  readonly kind?: Kind;
  readonly strategy: UpdateStrategy;
  /** Pods in the order of their names, one word each: ready, or what was told of its name in `differences`. */
  readonly pods: string;
  /** What Pods differ in, by name. Others are ready. */
  readonly differences?: Readonly<Record<string, Partial<Pod>>>;
  /** Containers of Pods that do not get ready with the new image, by name of the Pod. */
  readonly failing?: Readonly<Record<string, string>>;
  /**
   * One line a round: Pods that are written to in their order, `end` before those whose hot upgrade ends; then, behind
   * bars, who is left alone and why. Between two rounds the kubelet does all that was asked of it.
   */
  readonly rounds: readonly string[];
}

const label = (key: string, value: string): Partial<Pod> => ({ labels: { app: "web", [key]: value } });

const goldens: readonly Golden[] = [
  {
    name: "one Pod at a time by default",
    strategy: {},
    pods: "a b c",
    rounds: ["a | MaxUnavailableReached b c", "b | MaxUnavailableReached c", "c", "nobody"],
  },
  {
    name: "maxUnavailable as a number",
    strategy: { maxUnavailable: 2 },
    pods: "a b c d e",
    rounds: ["a b | MaxUnavailableReached c d e", "c d | MaxUnavailableReached e", "e", "nobody"],
  },
  {
    name: "maxUnavailable as a percentage rounds up: 2 of 5",
    strategy: { maxUnavailable: "30%" },
    pods: "a b c d e",
    rounds: ["a b | MaxUnavailableReached c d e", "c d | MaxUnavailableReached e", "e", "nobody"],
  },
  {
    name: "maxUnavailable 0 leaves ready Pods alone; one that is down anyway costs nothing",
    strategy: { maxUnavailable: 0 },
    pods: "a b c",
    differences: { c: { ready: false } },
    rounds: ["c | MaxUnavailableReached a b", "nobody | MaxUnavailableReached a b"],
  },
  {
    name: "maxUnavailable 100% takes all at once",
    strategy: { maxUnavailable: "100%" },
    pods: "a b c",
    rounds: ["a b c", "nobody"],
  },
  {
    name: "partition as a number keeps as many old, the last ones",
    strategy: { partition: 2, maxUnavailable: 2 },
    pods: "a b c d e",
    rounds: [
      "a b | MaxUnavailableReached c | PartitionHeld d e",
      "c | PartitionHeld d e",
      "nobody | PartitionHeld d e",
    ],
  },
  {
    name: "partition as a percentage rounds up: 3 of 5 stay",
    strategy: { partition: "50%", maxUnavailable: 5 },
    pods: "a b c d e",
    rounds: ["a b | PartitionHeld c d e", "nobody | PartitionHeld c d e"],
  },
  {
    name: "partition of 99% of few Pods still frees one",
    strategy: { partition: "99%" },
    pods: "a b c",
    rounds: ["a | PartitionHeld b c", "nobody | PartitionHeld b c"],
  },
  {
    name: "partition of 100% frees none",
    strategy: { partition: "100%" },
    pods: "a b",
    rounds: ["nobody | PartitionHeld a b"],
  },
  {
    name: "a selector is a canary: others are not selected",
    strategy: { selector: { matchLabels: { canary: "yes" } } },
    pods: "a b c",
    differences: { b: label("canary", "yes") },
    rounds: ["b | NotSelected a c", "nobody | NotSelected a c"],
  },
  {
    name: "Pods that are not ready go first, then those that became ready last",
    strategy: {},
    pods: "a b c",
    differences: { b: { readyTransitionTime: 10 }, a: { readyTransitionTime: 5 }, c: { ready: false } },
    rounds: ["c b | MaxUnavailableReached a", "a", "nobody"],
  },
  {
    name: "priority by weight: weights of matching terms add up",
    strategy: {
      priorityStrategy: {
        weightPriority: [
          { weight: 60, matchSelector: { matchLabels: { zone: "a" } } },
          { weight: 30, matchSelector: { matchLabels: { tier: "test" } } },
        ],
      },
    },
    pods: "a b c d",
    differences: { b: label("tier", "test"), d: label("zone", "a") },
    rounds: [
      "d | MaxUnavailableReached b a c",
      "b | MaxUnavailableReached a c",
      "a | MaxUnavailableReached c",
      "c",
      "nobody",
    ],
  },
  {
    name: "priority by order: the number in a label's value, larger first",
    strategy: { priorityStrategy: { orderPriority: [{ orderedKey: "step" }] } },
    pods: "a b c",
    differences: { a: label("step", "s1"), b: label("step", "s30"), c: label("step", "s4") },
    rounds: ["b | MaxUnavailableReached c a", "c | MaxUnavailableReached a", "a", "nobody"],
  },
  {
    name: "scatter spreads the Pods of one value over the rollout",
    strategy: { scatterStrategy: [{ key: "zone", value: "x" }], maxUnavailable: 2 },
    pods: "a b c d e f",
    differences: { a: label("zone", "x"), b: label("zone", "x") },
    rounds: ["a c | MaxUnavailableReached d e f b", "b d | MaxUnavailableReached e f", "e f", "nobody"],
  },
  {
    name: "scatter by * does so for each value of the label",
    strategy: { scatterStrategy: [{ key: "zone", value: "*" }], maxUnavailable: 2 },
    pods: "a b c d",
    differences: {
      a: label("zone", "x"),
      b: label("zone", "x"),
      c: label("zone", "y"),
      d: label("zone", "y"),
    },
    rounds: ["c a | MaxUnavailableReached b d", "b d", "nobody"],
  },
  {
    name: "a paused rollout does nothing",
    strategy: { paused: true, maxUnavailable: 3 },
    pods: "a b",
    rounds: ["nobody | RolloutPaused a b"],
  },
  {
    name: "NotUpdate does nothing",
    strategy: { type: "NotUpdate", maxUnavailable: 3 },
    pods: "a b",
    rounds: ["nobody | UpdatesDisabled a b"],
  },
  {
    name: "an image that does not get ready uses the budget up, and the rollout halts",
    strategy: { maxUnavailable: 2 },
    pods: "a b c d",
    failing: { a: "log", b: "log" },
    rounds: ["a b | MaxUnavailableReached c d", "nobody | MaxUnavailableReached c d"],
  },
  {
    name: "a hot upgrade takes two writes a Pod, and its Pod counts as down until the second is done",
    kind: "hot",
    strategy: {},
    pods: "a b",
    rounds: ["a | MaxUnavailableReached b", "end a | MaxUnavailableReached b", "b", "end b", "nobody"],
  },
  {
    name: "hot upgrades side by side keep maxUnavailable",
    kind: "hot",
    strategy: { maxUnavailable: 2 },
    pods: "a b c",
    rounds: [
      "a b | MaxUnavailableReached c",
      "end a end b | MaxUnavailableReached c",
      "c",
      "end c",
      "nobody",
    ],
  },
  {
    name: "a hot upgrade whose new container does not get ready stays halfway",
    kind: "hot",
    strategy: {},
    pods: "a b",
    failing: { a: "log-2" },
    rounds: ["a | MaxUnavailableReached b", "nobody | MaxUnavailableReached b"],
  },
  {
    name: "native sidecars are upgraded like others",
    kind: "native",
    strategy: { maxUnavailable: 2 },
    pods: "a b c",
    rounds: ["a b | MaxUnavailableReached c", "c", "nobody"],
  },
  {
    name: "Pods that have failed, ended or are being deleted are none of the rollout's",
    strategy: { maxUnavailable: "50%" },
    pods: "a b c d e",
    differences: { b: { phase: "Failed" }, c: { phase: "Succeeded" }, d: { deletionTimestamp: 1_000 } },
    rounds: ["a | MaxUnavailableReached e", "e", "nobody"],
  },
  {
    name: "Pods that OpenKruise injected: other sets, times and names in its records do not matter",
    strategy: { maxUnavailable: 2 },
    pods: "a b",
    differences: {
      a: {
        annotations: {
          "kruise.io/sidecarset-injected-list": "mesh,set",
          "kruise.io/sidecarset-hash":
            '{"mesh":{"hash":"x"},"set":{"updateTimestamp":"2024-05-01T08:00:00Z","hash":"log=log:1","sidecarSetName":"set","sidecarList":["log"],"controllerRevision":"set-5b8c"}}',
          "kruise.io/sidecarset-hash-without-image":
            '{"mesh":{"hash":"y"},"set":{"updateTimestamp":"2024-05-01T08:00:00Z","hash":"log","sidecarSetName":"set"}}',
        },
      },
    },
    rounds: ["a b", "nobody"],
  },
  {
    name: "a Pod that was injected with more than other images waits for its re-creation",
    strategy: { maxUnavailable: 2 },
    pods: "a b",
    differences: {
      a: {
        annotations: {
          "kruise.io/sidecarset-injected-list": "set",
          "kruise.io/sidecarset-hash": '{"set":{"hash":"old"}}',
          "kruise.io/sidecarset-hash-without-image": '{"set":{"hash":"older shape"}}',
        },
      },
    },
    rounds: ["b | PodRecreationRequired a", "nobody | PodRecreationRequired a"],
  },
];

function setWith(kind: Kind, image: string, updateStrategy: UpdateStrategy) {
  const container: SidecarContainer = kind === "hot" ? hot("log", image, "empty:1") : { name: "log", image };
  const native = { containers: [], initContainers: [{ ...container, restartPolicy: "Always" }] };
  return makeSet({ ...(kind === "native" ? native : { containers: [container] }), updateStrategy });
}

function told({ upgrades, held }: Plan): string {
  const written = upgrades.map(({ pod, kind }) => (kind === "end" ? `end ${pod.name}` : pod.name));
  const left = [...held].map(([reason, pods]) => `${reason} ${[...pods].map(({ name }) => name).join(" ")}`);
  return [written.join(" ") || "nobody", ...left].join(" | ");
}

function play({ kind = "cold", strategy, pods, differences = {}, failing = {} }: Golden): readonly string[] {
  const before = setWith(kind, "log:1", strategy);
  const normalized = setWith(kind, "log:2", strategy);
  let current = pods.split(" ").map((name) => sidecarPod(name, differences[name], before));
  const rounds: string[] = [];
  for (;;) {
    const plan = planOf(normalized, current);
    rounds.push(told(plan));
    if (plan.upgrades.length === 0) return rounds;
    assert.ok(rounds.length < 20, rounds.join("\n"));
    const upgraded = new Map(
      plan.upgrades.map((upgrade) => [upgrade.pod.name, written(upgrade, normalized)]),
    );
    current = current.map((pod) => {
      const changed = upgraded.get(pod.name);
      return changed === undefined ? pod : run(changed, ...(failing[pod.name]?.split(" ") ?? []));
    });
  }
}

for (const golden of goldens) {
  test(golden.name, () => assert.deepEqual(play(golden), golden.rounds));
}
