import assert from "node:assert/strict";
import { test } from "node:test";
import { runningSettings } from "../../../controller/core/running-settings.ts";
import type { JsonObject } from "../../../controller/model/json.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { makePod } from "../model/make-pod.ts";

const settings = { sidecarSets: [{ metadata: { name: "a" } }] };
const policies = JSON.stringify({ "clusterwide-injection": { settings } });
const complete = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

function look(
  changes: {
    readonly file?: string;
    readonly version?: string;
    readonly status?: JsonObject;
    readonly pods?: readonly Pod[];
  } = {},
  policy = "injection",
) {
  const { file = policies, version = "7", status = complete, pods = [] } = changes;
  return runningSettings(policy, {
    configMap: { metadata: { resourceVersion: "7" }, data: { "policies.yml": file } },
    deployment: {
      metadata: { generation: 3, annotations: { "kubewarden/config-version": version } },
      status,
    },
    pods,
  });
}

test("settings run when the Deployment is rolled out for the ConfigMap that holds them", () => {
  const found = look();
  assert.ok(found.kind === "running");
  assert.deepEqual([...found.settings.entries.keys()], ["a"]);
});

test("until then it is told what is missing", () => {
  const cases = [
    [look({ version: "6" }), /not changed for them/],
    [look({ status: { ...complete, observedGeneration: 2 } }), /about to roll out/],
    [
      look({ status: { ...complete, updatedReplicas: 1, replicas: 3 } }),
      /^1 of 3 Pods restarted, 2 available$/,
    ],
    [look({ status: { ...complete, availableReplicas: 1 } }), /^2 of 2 Pods restarted, 1 available$/],
    [look({ status: {} }), /about to roll out/],
    [look({ status: { observedGeneration: 3 } }), /^0 of 0/],
    [look({}, "another"), /does not hold the policy/],
    [look({ file: "not JSON" }), /does not hold the policy/],
    [
      runningSettings("injection", {
        configMap: {},
        deployment: { metadata: {}, status: complete },
        pods: [],
      }),
      /does not hold the policy/,
    ],
  ] as const;
  for (const [found, why] of cases) {
    assert.ok(found.kind === "rolling");
    assert.match(found.why, why);
  }
});

test("a server fails with the settings of its ConfigMap when its new Pods crash, or its Deployment gives up", () => {
  const status = { ...complete, replicas: 3, updatedReplicas: 1 };
  const crashing = makePod({
    name: "policy-server-1",
    labels: { "kubewarden/config-version": "7" },
    ready: false,
    containerStatuses: [{ name: "policy-server", image: "", imageID: "", ready: false, restartCount: 2 }],
  });
  const [crashed] = crashing.containerStatuses;
  assert.ok(crashed);
  const found = look({ status, pods: [crashing] });
  assert.ok(found.kind === "failing");
  assert.match(found.why, /^its Pod policy-server-1 crashes at start/);
  assert.deepEqual([...found.settings.entries.keys()], ["a"]);
  const stuck = look({ status: { ...status, conditions: [{ type: "Progressing", status: "False" }] } });
  assert.ok(stuck.kind === "failing");
  assert.match(stuck.why, /^1 of 3 Pods restarted, 2 available, and the rollout is stuck/);
  const others: readonly Pod[] = [
    { ...crashing, labels: { "kubewarden/config-version": "6" } },
    { ...crashing, labels: {} },
    { ...crashing, ready: true },
    { ...crashing, containerStatuses: [{ ...crashed, restartCount: 1 }] },
    { ...crashing, containerStatuses: [{ ...crashed, ready: true }] },
  ];
  for (const pod of others) assert.equal(look({ status, pods: [pod] }).kind, "rolling");
  assert.equal(look({ pods: [crashing] }).kind, "running");
});
