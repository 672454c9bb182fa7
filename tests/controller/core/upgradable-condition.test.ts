import assert from "node:assert/strict";
import { test } from "node:test";
import type { Standing } from "../../../controller/core/pod-standing.ts";
import {
  conditionPatch,
  dueEntry,
  isToldOf,
  type UpgradableEntry,
} from "../../../controller/core/upgradable-condition.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { ledgerOf, makeSet, sidecarPod } from "./make-rollout.ts";

const now = Date.UTC(2026, 6, 2, 9, 0, 0, 999);
const time = "2026-07-02T09:00:00Z";

function podWith(message: string | undefined, status = "False"): Pod {
  const upgradable = message === undefined ? null : { status, reason: "", message };
  return sidecarPod("a", { upgradable });
}

test("which entry has to be written", () => {
  const lazy = "PodRecreationRequired";
  const cases: readonly (readonly [string | undefined, Standing | undefined, UpgradableEntry | undefined])[] =
    [
      [undefined, "settled", undefined],
      [undefined, "waiting", undefined],
      [undefined, undefined, undefined],
      [undefined, lazy, false],
      [undefined, "NativeRestartUnsupported", false],
      ['{"set":false}', lazy, undefined],
      ['{"set":true}', lazy, false],
      ['{"other":false}', lazy, false],
      ['{"other":false}', "settled", undefined],
      ['{"set":false}', "settled", true],
      ['{"set":false}', "waiting", true],
      ['{"set":true}', "settled", undefined],
      ['{"set":false}', "open", undefined],
      ['{"set":false}', "RolloutPaused", undefined],
      ['{"set":false}', undefined, "absent"],
      ['{"set":true}', "SidecarMissing", "absent"],
      ["no json", lazy, false],
      ["no json", "settled", undefined],
    ];
  for (const [message, standing, entry] of cases) {
    assert.equal(dueEntry(podWith(message), "set", standing), entry, `${message} ${standing}`);
  }
});

function patched(pod: Pod, entry: UpgradableEntry, gone: readonly string[] = []) {
  const exists = (set: string) => !gone.includes(set);
  return conditionPatch(pod, "set", entry, { exists, now }).status.conditions[0];
}

test("the condition is true when all entries are, and its time changes with its status", () => {
  const type = "SidecarSetUpgradable";
  const holds = { type, status: "True", reason: "AllSidecarsetUpgradable" };
  const fails = { type, status: "False", reason: "UpdateImmutableField" };
  assert.deepEqual(patched(podWith(undefined), false), {
    ...fails,
    message: '{"set":false}',
    lastTransitionTime: time,
  });
  assert.deepEqual(patched(podWith('{"other":false}'), false), {
    ...fails,
    message: '{"other":false,"set":false}',
  });
  assert.deepEqual(patched(podWith('{"other":false,"set":false}'), true), {
    ...fails,
    message: '{"other":false,"set":true}',
  });
  assert.deepEqual(patched(podWith('{"other":true,"set":false}'), true), {
    ...holds,
    message: '{"other":true,"set":true}',
    lastTransitionTime: time,
  });
});

test("entries of sets that are gone go, and the condition with the last one", () => {
  const pod = podWith('{"gone":false,"set":false}');
  assert.equal(patched(pod, true, ["gone"])["message"], '{"set":true}');
  assert.equal(patched(pod, true, ["gone"])["status"], "True");
  const last = { type: "SidecarSetUpgradable", $patch: "delete" };
  assert.deepEqual(patched(pod, "absent", ["gone"]), last);
});

test("a ledger knows which Pods are to be told", () => {
  const ledger = ledgerOf(makeSet({}, " changed"));
  const pod = podWith(undefined);
  ledger.put(pod, false);
  assert.deepEqual([...ledger.untold], [[pod.uid, { pod, entry: false }]]);
  ledger.put(podWith('{"set":false}'), false);
  assert.equal(ledger.untold.size, 0);
  ledger.put(podWith('{"set":true}'), false);
  ledger.remove(pod.uid);
  assert.equal(ledger.untold.size, 0);
});

test("whether a Pod is told of a set", () => {
  assert.deepEqual(
    [undefined, '{"set":true}', '{"other":true}', "no json"].map((message) =>
      isToldOf(podWith(message), "set"),
    ),
    [false, true, false, false],
  );
});
