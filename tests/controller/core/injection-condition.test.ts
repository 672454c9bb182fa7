import assert from "node:assert/strict";
import { test } from "node:test";
import { injectionCondition, type InjectionFindings } from "../../../controller/core/injection-condition.ts";

const ready = {
  kind: "ready",
  entry: "{}",
  pinned: undefined,
  missing: undefined,
  historyProblem: undefined,
} as const;
const missing = { asked: 'customVersion "v9"', known: ["set-2", "set-1"] };
const base: InjectionFindings = {
  generation: 3,
  policy: "sidecarset-injection",
  policyFound: true,
  document: ready,
  live: "current",
  missingRevision: "Skip",
  running: { kind: "running", overdue: [] },
  paused: false,
};
const oversize = {
  bytes: 400_000,
  total: 1_000_000,
  limit: 921_600,
  largest: [{ name: "mesh", bytes: 500_000 }],
};

test("one reason at a time, the most fundamental first", () => {
  const cases: readonly [Partial<InjectionFindings>, status: string, reason: string, message: RegExp][] = [
    [{}, "True", "SettingsLive", /^New Pods get generation 3:/],
    [
      { running: { kind: "rolling", server: "ps", why: "0 of 1" } },
      "False",
      "SettingsPending",
      /ps runs with them: 0 of 1$/,
    ],
    [
      { running: { kind: "unknown", server: "ps", why: "denied" } },
      "Unknown",
      "SettingsPending",
      /cannot be told: denied$/,
    ],
    [
      { running: { kind: "running", overdue: ["ps-1", "ps-2"] } },
      "True",
      "SettingsLive",
      /^New Pods get generation 3: .*; its Pod ps-1 and 1 more with former settings should have ended long ago: look at the Node$/,
    ],
    [{ paused: true }, "False", "InjectionPaused", /spec.injectionStrategy.paused/],
    [
      { document: { ...ready, pinned: "set-1" } },
      "True",
      "SettingsLive",
      /^New Pods get revision set-1, as spec.injectionStrategy.revision of generation 3 asks:/,
    ],
    [
      { document: { ...ready, historyProblem: "forbidden" } },
      "True",
      "SettingsLive",
      /^New Pods get generation 3: .*; its own revision is not recorded: forbidden$/,
    ],
    [
      { document: { ...ready, missing }, live: "previous" },
      "False",
      "RevisionNotFound",
      /: customVersion "v9" does not exist, new Pods keep getting its last good revision; .*: set-2, set-1$/,
    ],
    [
      { document: { ...ready, missing: { ...missing, known: [] } } },
      "False",
      "RevisionNotFound",
      /, new Pods get no sidecar from it; revisions, newest first: none$/,
    ],
    [
      { document: { ...ready, missing }, missingRevision: "Reject" },
      "False",
      "RevisionNotFound",
      /, new Pods are rejected;/,
    ],
    [
      { reverted: { kind: "guilty", why: "it crashes", others: [] }, live: "previous" },
      "False",
      "SettingsReverted",
      /did not start with generation 3: it crashes\. .* last good revision; change the SidecarSet to try again$/,
    ],
    [
      { reverted: { kind: "suspect", why: "it crashes", others: ["a", "b"] }, live: "none" },
      "False",
      "SettingsReverted",
      /, new Pods get no sidecar from it; it is tried again alone, for other sets changed with it: a, b$/,
    ],
    [
      {
        reverted: { kind: "guilty", why: "it crashes", others: [] },
        failsRestored: "its Pod p crashes",
        live: "previous",
      },
      "False",
      "SettingsReverted",
      /^The PolicyServer did not start with generation 3, and does not start with the settings .* before either: its Pod p crashes\. The SidecarSet is not to blame: .*; until then new Pods keep getting its last good revision$/,
    ],
    [
      { running: { kind: "failing", server: "ps", why: "it crashes" } },
      "False",
      "SettingsPending",
      /once PolicyServer ps runs with them: it crashes$/,
    ],
    [
      { live: "previous", failsRestored: "its Pod p crashes" },
      "False",
      "SettingsPending",
      /^Generation 3 is not written into .* while the PolicyServer does not start with those .*: its Pod p crashes; new Pods keep/,
    ],
    [{ live: "none" }, "False", "SettingsPending", /new Pods get no sidecar from it$/],
    [{ live: "previous", paused: true }, "False", "SettingsPending", /last good revision$/],
    [
      { live: "previous", oversize },
      "False",
      "SettingsTooLarge",
      /977 KiB .* 391 KiB, .* 900 KiB, .*mesh 488 KiB/,
    ],
    [{ live: "previous", rejected: "why" }, "False", "SettingsRejected", /last good revision: why$/],
    [
      { live: "none", document: { kind: "invalid", problems: "spec.selector: empty" } },
      "False",
      "InvalidSpec",
      /spec.selector: empty$/,
    ],
    [
      { document: { kind: "invalid", problems: "x" }, policyFound: false },
      "False",
      "PolicyNotFound",
      /sidecarset-injection does not exist/,
    ],
  ];
  for (const [findings, status, reason, message] of cases) {
    const condition = injectionCondition({ ...base, ...findings });
    assert.equal(condition.type, "InjectionReady");
    assert.deepEqual([condition.status, condition.reason], [status, reason]);
    assert.match(condition.message, message);
  }
});
