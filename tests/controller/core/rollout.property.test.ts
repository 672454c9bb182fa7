import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Plan } from "../../../controller/core/plan.ts";
import { modelSet, RolloutModel, type Outcome, type SidecarKind, workingImages } from "./rollout-model.ts";

type Step =
  | { readonly kind: "reconcile"; readonly outcome: Outcome }
  | { readonly kind: "deliver"; readonly events: number }
  | { readonly kind: "kubelet"; readonly pod: number; readonly container: number }
  | { readonly kind: "break" | "recover" | "remove"; readonly pod: number }
  | { readonly kind: "create" | "restart" }
  | { readonly kind: "image"; readonly image: string }
  | { readonly kind: "shape"; readonly shape: string }
  | { readonly kind: "pause"; readonly paused: boolean }
  | { readonly kind: "maxUnavailable"; readonly value: number };

const pod = fc.nat(7);
const outcome = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Outcome>("answered") },
  { weight: 2, arbitrary: fc.constantFrom<Outcome>("answer lost", "request lost", "refused") },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("reconcile" as const), outcome }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("deliver" as const), events: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("kubelet" as const), pod, container: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("break" as const, "recover" as const), pod }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), pod }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("create" as const, "restart" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("image" as const),
      image: fc.constantFrom("log:1", "log:2", "log:3", "log:slow", "log:bad"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("shape" as const), shape: fc.constantFrom("", " changed") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pause" as const), paused: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("maxUnavailable" as const),
      value: fc.integer({ min: 0, max: 3 }),
    }),
  },
);

/** A run of the model with what a user has set. */
class Run {
  readonly model: RolloutModel;
  readonly #kind: SidecarKind;
  #image = "log:1";
  #shape = "";
  #paused = false;
  maxUnavailable = 1;

  constructor(kind: SidecarKind, pods: number) {
    this.#kind = kind;
    this.model = new RolloutModel(kind);
    for (let i = 0; i < pods; i++) this.model.create();
    this.model.deliver(pods);
  }

  take(step: Step): void {
    const { model } = this;
    const before = model.takenDown;
    this.#act(step);
    const { takenDown } = model;
    if (takenDown > before) {
      assert.ok(
        takenDown <= this.maxUnavailable,
        `${takenDown} Pods down, at most ${this.maxUnavailable} may be`,
      );
    }
  }

  #act(step: Step): void {
    const { model } = this;
    const nameOf = (index: number) => model.names[index % Math.max(1, model.names.length)] ?? "";
    switch (step.kind) {
      case "reconcile":
        model.reconcile(step.outcome);
        break;
      case "deliver":
        model.deliver(step.events);
        break;
      case "kubelet":
        model.kubelet(nameOf(step.pod), step.container);
        break;
      case "break":
      case "recover":
        model.setHealthy(nameOf(step.pod), step.kind === "recover");
        break;
      case "remove":
        model.remove(nameOf(step.pod));
        break;
      case "create":
        if (model.names.length < 8) model.create();
        break;
      case "restart":
        model.restart();
        break;
      case "image":
        this.#image = step.image;
        break;
      case "shape":
        this.#shape = step.shape;
        break;
      case "pause":
        this.#paused = step.paused;
        break;
      case "maxUnavailable":
        this.maxUnavailable = step.value;
        break;
    }
    if (["image", "shape", "pause", "maxUnavailable"].includes(step.kind)) this.#edit();
  }

  #edit(): void {
    const updateStrategy = { paused: this.#paused, maxUnavailable: this.maxUnavailable };
    this.model.set = modelSet(this.#kind, this.#image, updateStrategy, this.#shape);
  }

  /** Everything works from here on; all that can be upgraded is, within the budget. */
  settle(): void {
    const { model } = this;
    const last: Step[] = [
      { kind: "pause", paused: false },
      { kind: "maxUnavailable", value: Math.max(1, this.maxUnavailable) },
      { kind: "image", image: "log:final" },
    ];
    for (const step of last) this.take(step);
    for (const name of model.names) model.setHealthy(name, true);
    this.#work();
    this.#recreateBroken();
    this.#work();
    const plan = model.reconcile();
    assert.deepEqual(plan.upgrades, []);
    const lazy = new Set([...(plan.held.get("PodRecreationRequired") ?? [])].map(({ name }) => name));
    assert.equal(plan.held.size, lazy.size === 0 ? 0 : 1, "nothing waits but for re-creation");
    assert.equal(plan.counters.updatedReadyPods, model.names.length - lazy.size);
    for (const pod of model.pods()) {
      if (!lazy.has(pod.name)) assert.deepEqual(workingImages(pod), ["log:final"]);
    }
    this.#checkStatus(plan, lazy.size === 0);
  }

  #work(): void {
    for (let round = 0; round < 60; round++) {
      this.model.names.forEach((_, pod) => this.take({ kind: "kubelet", pod, container: round }));
      this.take({ kind: "deliver", events: 100 });
      this.take({ kind: "reconcile", outcome: "answered" });
    }
  }

  /** Pods that a bad image took down and that only re-creation can mend use up the budget; the status has to say so. */
  #recreateBroken(): void {
    const { model } = this;
    const plan = model.reconcile();
    const broken = [...(plan.held.get("PodRecreationRequired") ?? [])].filter(({ ready }) => !ready);
    if (plan.held.has("MaxUnavailableReached")) {
      assert.notEqual(broken.length, 0);
      const ready = plan.conditions.find(({ type }) => type === "Ready");
      assert.equal(ready?.reason, "PodRecreationRequired");
    }
    for (const { name } of broken) {
      model.remove(name);
      model.create();
    }
  }

  #checkStatus(plan: Plan, done: boolean): void {
    const status = Object.fromEntries(plan.conditions.map(({ type, status }) => [type, status]));
    assert.deepEqual(status, {
      Ready: done ? "True" : "False",
      Reconciling: "False",
      Stalled: done ? "False" : "True",
    });
  }
}

const numRuns = Number(process.env["ROLLOUT_RUNS"] ?? 400);

for (const kind of ["cold", "hot", "native", "hot native"] as const) {
  test(`maxUnavailable holds at every step and every rollout ends, ${numRuns} random ${kind} rollouts`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(step, { maxLength: 150, size: "max" }),
        (pods, steps) => {
          const run = new Run(kind, pods);
          for (const step of steps) run.take(step);
          run.settle();
        },
      ),
      { numRuns },
    );
  });
}
