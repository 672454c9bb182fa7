import * as fc from "fast-check";
import type { Fate } from "./network.ts";

/** What a user may change in a SidecarSet. */
export type Edit =
  | { readonly field: "image"; readonly image: number }
  | { readonly field: "env"; readonly value: number }
  | { readonly field: "partition" | "maxUnavailable"; readonly value: number }
  | { readonly field: "paused"; readonly value: boolean }
  | { readonly field: "type"; readonly value: "RollingUpdate" | "NotUpdate" }
  | { readonly field: "updateSelector"; readonly track: string | null }
  | { readonly field: "selector"; readonly app: string }
  | { readonly field: "namespaceSelector"; readonly tier: string | null };

/** One step of a simulation. Numbers choose among what there is, modulo its count. */
export type Step =
  | { readonly kind: "create-set" | "delete-set"; readonly set: number }
  | { readonly kind: "edit-set"; readonly set: number; readonly edit: Edit }
  | { readonly kind: "create-pod"; readonly app: string; readonly track: string; readonly trouble: string }
  | { readonly kind: "delete-pod" | "crash"; readonly pod: number }
  | { readonly kind: "relabel-pod"; readonly pod: number; readonly app: string }
  | { readonly kind: "serve"; readonly process: number; readonly call: number; readonly fate: Fate }
  | { readonly kind: "answer"; readonly process: number; readonly call: number }
  | { readonly kind: "deliver"; readonly process: number; readonly watch: number; readonly frames: number }
  | { readonly kind: "flow" }
  | { readonly kind: "cut-watch" | "end-watch"; readonly process: number; readonly watch: number }
  | { readonly kind: "silence-watches" | "compact" | "restart-server" }
  | { readonly kind: "kill" | "cut-off" | "cut-lease"; readonly process: number }
  | { readonly kind: "freeze"; readonly process: number; readonly set: number; readonly edit: Edit }
  | { readonly kind: "repeat-frame"; readonly process: number; readonly watch: number }
  | { readonly kind: "label-namespace"; readonly tier: string }
  | { readonly kind: "pass"; readonly ms: number };

const tier = fc.constantFrom("near", "near", "far");
const index = fc.nat({ max: 11 });
const process = fc.nat({ max: 1 });
const app = fc.constantFrom("web", "web", "web", "db");
const track = fc.constantFrom("stable", "canary");
const trouble = fc.constantFrom("", "", "", "", "slow-start", "crashes", "never-ready");

const edit = weighted<Edit>([
  [12, fc.record({ field: fc.constant("image"), image: fc.nat({ max: 3 }) })],
  [2, fc.record({ field: fc.constant("image"), image: fc.constantFrom(4, 5) })],
  [1, fc.record({ field: fc.constant("env"), value: fc.nat({ max: 1 }) })],
  [2, fc.record({ field: fc.constant("partition"), value: fc.constantFrom(0, 0, 1, 2, 4) })],
  [2, fc.record({ field: fc.constant("maxUnavailable"), value: fc.constantFrom(0, 1, 1, 2, 3, 9) })],
  [2, fc.record({ field: fc.constant("paused"), value: fc.constantFrom(true, false, false, false) })],
  [
    1,
    fc.record({
      field: fc.constant("type"),
      value: fc.constantFrom("RollingUpdate", "RollingUpdate", "NotUpdate"),
    }),
  ],
  [
    1,
    fc.record({
      field: fc.constant("updateSelector"),
      track: fc.constantFrom("stable", "canary", null, null),
    }),
  ],
  [1, fc.record({ field: fc.constant("selector"), app })],
  [
    1,
    fc.record({ field: fc.constant("namespaceSelector"), tier: fc.constantFrom(null, null, "near", "far") }),
  ],
]);

const fate = weighted<Fate>([
  [6, fc.constant("answered")],
  [1, fc.constantFrom("request lost", "answer lost")],
  [1, fc.constantFrom(409, 410, 429, 500, 503)],
]);

/** How long: moments, the time of a retry, a lease, a silent watch, the longest hold of a write. */
const ms = weighted<number>([
  [10, fc.integer({ min: 1, max: 1_000 })],
  [4, fc.integer({ min: 1_000, max: 5_000 })],
  [1, fc.constantFrom(16_000, 95_000, 310_000)],
]);

/** Any step, those that move things on more often than those that break something. */
export const anyStep = weighted<Step>([
  [
    4,
    fc.record({ kind: fc.constantFrom("create-set", "create-set", "create-set", "delete-set"), set: index }),
  ],
  [10, fc.record({ kind: fc.constant("edit-set"), set: index, edit })],
  [8, fc.record({ kind: fc.constant("create-pod"), app, track, trouble })],
  [3, fc.record({ kind: fc.constantFrom("delete-pod", "crash"), pod: index })],
  [1, fc.record({ kind: fc.constant("relabel-pod"), pod: index, app })],
  [24, fc.record({ kind: fc.constant("serve"), process, call: index, fate })],
  [12, fc.record({ kind: fc.constant("answer"), process, call: index })],
  [
    16,
    fc.record({
      kind: fc.constant("deliver"),
      process,
      watch: index,
      frames: fc.integer({ min: 1, max: 9 }),
    }),
  ],
  [24, fc.record({ kind: fc.constant("flow") })],
  [24, fc.record({ kind: fc.constant("pass"), ms })],
  [2, fc.record({ kind: fc.constantFrom("cut-watch", "end-watch"), process, watch: index })],
  [1, fc.record({ kind: fc.constantFrom("silence-watches", "compact", "restart-server") })],
  [1, fc.record({ kind: fc.constantFrom("kill", "kill", "cut-off", "cut-lease"), process })],
  [1, fc.record({ kind: fc.constant("freeze"), process, set: index, edit })],
  [2, fc.record({ kind: fc.constant("repeat-frame"), process, watch: index })],
  [1, fc.record({ kind: fc.constant("label-namespace"), tier })],
]);

function weighted<T>(
  choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[],
): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}
