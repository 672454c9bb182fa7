import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { comparePods } from "../../../controller/core/pod-order.ts";
import type { PodLedger } from "../../../controller/core/pod-ledger.ts";
import type { Standing } from "../../../controller/core/pod-standing.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { UpdateStrategy } from "../../../controller/model/sidecarset.ts";
import { ledgerOf, makeSet, recount, sidecarPod } from "./make-rollout.ts";

const before = makeSet();
const otherShape = makeSet({}, " changed");
const containers = [{ name: "log", image: "log:2" }];
const strategies: readonly UpdateStrategy[] = [
  {},
  { paused: true },
  { type: "NotUpdate" },
  { selector: { matchLabels: { canary: "yes" } } },
];

const pod: fc.Arbitrary<Pod> = fc
  .record({
    name: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    injected: fc.constantFrom(before, makeSet({ containers }), otherShape),
    ready: fc.boolean(),
    phase: fc.constantFrom("Running", "Running", "Running", "Pending", "Succeeded"),
    deletionTimestamp: fc.integer({ min: 0, max: 9 }).map((n) => (n === 0 ? 1 : 0)),
    canary: fc.constantFrom("yes", "no"),
    statuses: fc.constantFrom("all", "none"),
    lacksSidecar: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    readyTransitionTime: fc.constantFrom(0, 1000, 2000),
  })
  .map(({ name, injected, canary, statuses, lacksSidecar, ...rest }) => {
    const made = sidecarPod(name, { ...rest, labels: { app: "web", canary } }, injected);
    return {
      ...made,
      ...(statuses === "none" && { containerStatuses: [] }),
      ...(lacksSidecar && { containers: made.containers.slice(1) }),
    };
  });

type Step =
  | { readonly kind: "put"; readonly pod: Pod; readonly written: boolean }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "look"; readonly most: number }
  | { readonly kind: "review" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("put" as const), pod, written: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("remove" as const), name: fc.constantFrom("a", "b", "c") }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("look" as const), most: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("review" as const) }) },
);

const standings: readonly Exclude<Standing, "settled">[] = [
  "unavailable",
  "waiting",
  "open",
  "SidecarMissing",
  "PodRecreationRequired",
  "RolloutPaused",
  "UpdatesDisabled",
  "NotSelected",
];

function contents(ledger: PodLedger) {
  const { counters, versions } = ledger;
  const groups = standings.map((standing) => [
    standing,
    ledger.group(standing).size,
    [...ledger.group(standing)].toSorted(comparePods),
  ]);
  return { counters, versions: new Map(versions), groups, order: [...ledger.waitingInOrder] };
}

test("after any events a ledger is what the Pods make of a new one", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...strategies),
      fc.array(step, { maxLength: 60 }),
      (updateStrategy, steps) => {
        const set = makeSet({ containers, updateStrategy });
        const ledger = ledgerOf(set);
        const known = new Map<string, { pod: Pod; written: boolean }>();
        for (const step of steps) {
          if (step.kind === "put") {
            ledger.put(step.pod, step.written);
            known.set(step.pod.name, { pod: step.pod, written: step.written });
          } else if (step.kind === "remove") {
            ledger.remove(`uid-${step.name}`);
            known.delete(step.name);
          } else if (step.kind === "look") {
            let left = step.most;
            for (const _ of ledger.waitingInOrder) if (left-- <= 0) break;
          } else {
            ledger.review({ writes: new Map(), cacheVersion: "1", now: 0 });
            for (const entry of known.values()) entry.written = false;
          }
        }
        const anew = ledgerOf(set);
        for (const { pod, written } of known.values()) anew.put(pod, written);
        assert.deepEqual(contents(ledger), contents(anew));
        assert.deepEqual(
          contents(ledger).order,
          [...ledger.waiting.values()].toSorted(comparePods),
          "the order is that of the comparison",
        );
        const pods = [...known.values()].map(({ pod }) => pod);
        assert.deepEqual(ledger.counters, recount(set, pods), "counted Pod by Pod");
        const counted = pods.filter((pod) => ledger.matches(pod)).length;
        assert.equal(ledger.counters.matchedPods, counted);
      },
    ),
  );
});

test("Pods that change while they wait leave nothing behind", () => {
  const set = makeSet({ containers });
  const ledger = ledgerOf(set);
  const pods = Array.from({ length: 10 }, (_, index) => sidecarPod(`pod-${index}`));
  for (let round = 0; round < 100; round++) for (const pod of pods) ledger.put({ ...pod }, false);
  assert.equal([...ledger.waitingInOrder].length, pods.length);
});
