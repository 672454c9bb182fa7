import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LuaFactory } from "wasmoon";
import { mergeConditions, type ConditionDraft } from "../../controller/core/conditions.ts";
import { injectionCondition, type InjectionFindings } from "../../controller/core/injection-condition.ts";
import { invalidConditions } from "../../controller/core/rollout-conditions.ts";
import type { UpdateStrategy } from "../../controller/model/sidecarset.ts";
import { makeSet, planOf, sidecarPod } from "../controller/core/make-rollout.ts";

const script = readFileSync(new URL("../../policy/argocd/health.lua", import.meta.url), "utf8");

interface Health {
  readonly status: string;
  readonly message: string;
}

/** What Argo CD is told of a SidecarSet in this state; Argo CD hands over plain tables, too. */
async function healthOf(object: unknown): Promise<Health> {
  const lua = await new LuaFactory().createEngine({ enableProxy: false });
  try {
    lua.global.set("obj", JSON.parse(JSON.stringify(object)));
    return await lua.doString(script);
  } finally {
    lua.global.close();
  }
}

const live: InjectionFindings = {
  generation: 2,
  policy: "sidecarset-injection",
  policyFound: true,
  document: { kind: "ready", entry: "{}", pinned: undefined, missing: undefined, historyProblem: undefined },
  live: "current",
  missingRevision: "Skip",
  running: { kind: "running", overdue: [] },
  paused: false,
};

function sidecarSet(rollout: readonly ConditionDraft[], findings: Partial<InjectionFindings> = {}) {
  const drafts = [injectionCondition({ ...live, ...findings }), ...rollout];
  const conditions = mergeConditions([], drafts, 2, 0);
  return { metadata: { generation: 2 }, status: { observedGeneration: 2, conditions } };
}

function rolloutOf(updateStrategy: UpdateStrategy, { shape = "", pods = [sidecarPod("a")] } = {}) {
  const set = makeSet({ containers: [{ name: "log", image: "log:2" }], updateStrategy }, shape);
  return planOf(set, pods).conditions;
}

const done = rolloutOf({}, { pods: [] });

test("the health of a SidecarSet follows its conditions", async () => {
  const cases: readonly (readonly [string, object, string, RegExp])[] = [
    ["nothing written", { metadata: { generation: 1 } }, "Progressing", /has not looked/],
    [
      "an older generation",
      { metadata: { generation: 2 }, status: { observedGeneration: 1 } },
      "Progressing",
      /has not looked/,
    ],
    [
      "no conditions",
      { metadata: { generation: 2 }, status: { observedGeneration: 2 } },
      "Progressing",
      /not written conditions/,
    ],
    ["done", sidecarSet(done), "Healthy", /^RolloutComplete: /],
    ["rolling", sidecarSet(rolloutOf({})), "Progressing", /^RolloutProgressing: 0 of 1 Pod/],
    ["paused", sidecarSet(rolloutOf({ paused: true })), "Suspended", /^RolloutPaused: /],
    ["disabled", sidecarSet(rolloutOf({ type: "NotUpdate" })), "Healthy", /^UpdatesDisabled: /],
    ["held", sidecarSet(rolloutOf({ partition: 1 })), "Healthy", /^PartitionHeld: /],
    ["stalled", sidecarSet(rolloutOf({}, { shape: " changed" })), "Degraded", /^PodRecreationRequired: /],
    ["pending", sidecarSet(done, { live: "previous" }), "Progressing", /^SettingsPending: /],
    ["injection paused", sidecarSet(done, { paused: true }), "Suspended", /^InjectionPaused: /],
    ["no policy", sidecarSet(done, { policyFound: false }), "Degraded", /^PolicyNotFound: /],
    [
      "invalid",
      sidecarSet(invalidConditions("spec: wrong"), {
        document: { kind: "invalid", problems: "spec: wrong" },
      }),
      "Degraded",
      /^InvalidSpec: /,
    ],
  ];
  for (const [what, object, status, message] of cases) {
    const health = await healthOf(object);
    assert.equal(health.status, status, what);
    assert.match(health.message, message, what);
  }
});
