import assert from "node:assert/strict";
import { test } from "node:test";
import { PolicyError, PolicyModule } from "@kubewarden/as-sdk/host";
import { readLiveSettings } from "../../../controller/core/settings.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { Normalizer } from "../../../controller/policy/normalizer.ts";
import { SettingsJudge } from "../../../controller/policy/settings-judge.ts";
import { policyFile } from "../../../sandbox/project.ts";
import { makeSet } from "../core/make-rollout.ts";

const module = await PolicyModule.load(policyFile);
const plain: SidecarSet = { ...makeSet().set, metadata: { ...makeSet().set.metadata, annotations: {} } };

/** Counts what is asked of the policy. */
function counting(policy: Pick<PolicyModule, "validate">) {
  const asked: unknown[] = [];
  const normalizer = new Normalizer({
    validate(request, settings) {
      asked.push(request);
      return policy.validate(request, settings);
    },
  });
  return { normalizer, asked };
}

test("a set written without admission gets its defaults and hashes from the policy", () => {
  const { normalizer } = counting(module);
  const result = normalizer.normalize(plain);
  assert.ok(result.kind === "normalized");
  assert.match(result.normalized.hash, /^[a-z0-9]{64}$/);
  assert.match(result.normalized.hashWithoutImage, /^[a-z0-9]{64}$/);
  assert.equal(result.normalized.set.spec.updateStrategy?.maxUnavailable, 1);
  assert.equal(result.normalized.set.spec.containers?.[0]?.["podInjectPolicy"], "BeforeAppContainer");
});

test("hashes that a user wrote by hand do not count", () => {
  const { normalizer } = counting(module);
  const forged = normalizer.normalize(makeSet().set);
  assert.ok(forged.kind === "normalized");
  assert.notEqual(forged.normalized.hash, makeSet().hash);
});

test("every problem of an invalid set is told", () => {
  const { normalizer } = counting(module);
  const result = normalizer.normalize({
    ...plain,
    spec: { containers: [{ name: "UPPER", image: "log:1" }] },
  });
  assert.ok(result.kind === "invalid");
  assert.match(result.problems, /spec\.selector/);
  assert.match(result.problems, /spec\.containers\[0\]\.name/);
});

test("the policy is asked once for each state; status and versions do not count", () => {
  const { normalizer, asked } = counting(module);
  const first = normalizer.normalize(plain);
  const metadata = { ...plain.metadata, resourceVersion: "2" };
  assert.equal(normalizer.normalize({ ...plain, metadata, status: { matchedPods: 1 } }), first);
  assert.equal(asked.length, 1);
  assert.ok(!JSON.stringify(asked).includes("matchedPods"));
  normalizer.normalize({ ...plain, metadata: { ...metadata, generation: 2 } });
  normalizer.normalize({
    ...plain,
    metadata: { ...metadata, annotations: { "apps.kruise.io/sidecarset-canary": "true" } },
  });
  assert.equal(asked.length, 3);
  normalizer.forget(plain.metadata.uid);
  normalizer.normalize(plain);
  assert.equal(asked.length, 4);
});

test("a policy that fails makes the set invalid and says how", () => {
  const failing = () => {
    throw new PolicyError("trap", "validate", "unreachable");
  };
  const result = counting({ validate: failing }).normalizer.normalize(plain);
  assert.deepEqual(result, { kind: "invalid", problems: "the policy failed: unreachable" });
  const mute = counting({ validate: () => ({ accepted: true }) }).normalizer.normalize(plain);
  assert.equal(mute.kind, "invalid");
});

test("settings are judged as the PolicyServer would, single entries once for each text", () => {
  let asked = 0;
  const judge = new SettingsJudge({
    validateSettings(settings) {
      asked++;
      return module.validateSettings(settings);
    },
  });
  const live = readLiveSettings({});
  const good = JSON.stringify({
    metadata: { name: "a" },
    spec: { selector: { matchLabels: { a: "1" } }, containers: [{ name: "log", image: "log:1" }] },
  });
  assert.equal(judge.judge(`{"sidecarSets":[${good}]}`), undefined);
  assert.match(judge.judge('{"sidecarSet":[]}') ?? "", /sidecarSet/);
  asked = 0;
  for (let i = 0; i < 3; i++) assert.equal(judge.judgeEntry("a", good, live), undefined);
  assert.equal(asked, 1);
  assert.match(judge.judgeEntry("a", '{"metadata":{"name":"a"},"spec":3}', live) ?? "", /spec/);
  assert.match(judge.judgeEntry("a", good, readLiveSettings({ unknown: 1 })) ?? "", /unknown/);
});
