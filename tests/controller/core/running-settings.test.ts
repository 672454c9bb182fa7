import assert from "node:assert/strict";
import { test } from "node:test";
import { runningSettings } from "../../../controller/core/running-settings.ts";
import type { JsonObject } from "../../../controller/model/json.ts";

const settings = { sidecarSets: [{ metadata: { name: "a" } }] };
const policies = JSON.stringify({ "clusterwide-injection": { settings } });
const complete = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

function look(
  changes: { readonly file?: string; readonly version?: string; readonly status?: JsonObject } = {},
  policy = "injection",
) {
  const { file = policies, version = "7", status = complete } = changes;
  return runningSettings(
    policy,
    { metadata: { resourceVersion: "7" }, data: { "policies.yml": file } },
    { metadata: { generation: 3, annotations: { "kubewarden/config-version": version } }, status },
  );
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
    [
      look({
        status: { ...complete, updatedReplicas: 1, conditions: [{ type: "Progressing", status: "False" }] },
      }),
      /stuck/,
    ],
    [look({}, "another"), /does not hold the policy/],
    [look({ file: "not JSON" }), /does not hold the policy/],
    [runningSettings("injection", {}, { metadata: {}, status: complete }), /does not hold the policy/],
  ] as const;
  for (const [found, why] of cases) {
    assert.ok(found.kind === "rolling");
    assert.match(found.why, why);
  }
});
