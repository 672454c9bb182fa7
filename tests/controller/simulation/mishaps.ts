import type { Step } from "./steps.ts";

/** Steps, from the sets of these numbers on. */
export interface Mishap {
  readonly sets: readonly [number, number];
  readonly steps: readonly Step[];
}

const flow = (ms: number): Step => ({ kind: "pass", ms });
const image = (number: number): Step => ({
  kind: "edit-set",
  set: 0,
  edit: { field: "image", image: number },
});
const newPod: Step = { kind: "create-pod", app: "web", track: "stable", trouble: "" };
const kill = (process: number): Step => ({ kind: "kill", process });
const neverReady = 4;

/** What random steps seldom come upon; every simulation begins with these. */
export const mishaps: Readonly<Record<string, Mishap>> = {
  "a leader sleeps through its Lease and finds work when it wakes": {
    sets: [0, 1],
    steps: [0, 1].map((process) => ({
      kind: "freeze",
      process,
      set: 0,
      edit: { field: "image", image: 1 + process },
    })),
  },
  "a Pod that the last leader took down is older than the set's present sidecars": {
    sets: [0, 1],
    steps: [
      image(neverReady),
      flow(8_000),
      { kind: "edit-set", set: 0, edit: { field: "env", value: 1 } },
      image(1),
      flow(8_000),
      newPod,
      newPod,
      flow(8_000),
      kill(0),
      kill(1),
      flow(25_000),
      image(2),
      flow(8_000),
    ],
  },
  "the Lease alone cannot be reached while hot upgrades go on": {
    sets: [4, 5],
    steps: [
      image(1),
      { kind: "pass", ms: 200 },
      { kind: "flow" },
      { kind: "cut-lease", process: 0 },
      image(2),
      { kind: "cut-lease", process: 1 },
      image(neverReady),
      flow(8_000),
      image(2),
      kill(0),
      flow(25_000),
    ],
  },
  "a namespace leaves a set in the middle of a rollout": {
    sets: [6, 5],
    steps: [
      { kind: "label-namespace", tier: "near" },
      { kind: "edit-set", set: 0, edit: { field: "namespaceSelector", tier: "near" } },
      flow(8_000),
      image(1),
      { kind: "pass", ms: 200 },
      { kind: "flow" },
      { kind: "label-namespace", tier: "far" },
      flow(8_000),
      { kind: "label-namespace", tier: "near" },
      flow(8_000),
    ],
  },
};
