import assert from "node:assert/strict";
import { test } from "node:test";
import { runningSettings } from "../../../controller/core/running-settings.ts";
import type { JsonObject } from "../../../controller/model/json.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import { makePod } from "../model/make-pod.ts";

const settings = { sidecarSets: [{ metadata: { name: "a" } }] };
const policies = JSON.stringify({ "clusterwide-injection": { settings } });
const now = 1_000_000;
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
    server: "ps",
    configMap: { metadata: { resourceVersion: "7" }, data: { "policies.yml": file } },
    deployment: {
      metadata: { generation: 3, annotations: { "kubewarden/config-version": version } },
      status,
    },
    pods,
    now,
  });
}

/** A Pod of the server that was started for a version of the ConfigMap. */
function podFor(version: string, differences: Partial<Pod> = {}): Pod {
  const labels = { "kubewarden/policy-server": "ps", "kubewarden/config-version": version };
  return makePod({ name: `ps-${version}`, labels, ...differences });
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
        server: "ps",
        configMap: {},
        deployment: { metadata: {}, status: complete },
        pods: [],
        now,
      }),
      /not changed for them/,
    ],
  ] as const;
  for (const [found, why] of cases) {
    assert.ok(found.kind === "rolling");
    assert.match(found.why, why);
  }
});

test("a server fails with the settings of its ConfigMap when its new Pods crash, or its Deployment gives up", () => {
  const status = { ...complete, replicas: 3, updatedReplicas: 1 };
  const crashing = podFor("7", {
    name: "policy-server-1",
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
    { ...crashing, labels: podFor("6").labels },
    { ...crashing, labels: { ...crashing.labels, "kubewarden/policy-server": "other" } },
    { ...crashing, labels: {} },
    { ...crashing, ready: true },
    { ...crashing, containerStatuses: [{ ...crashed, restartCount: 1 }] },
    { ...crashing, containerStatuses: [{ ...crashed, ready: true }] },
  ];
  for (const pod of others) assert.equal(look({ status, pods: [pod] }).kind, "rolling");
  assert.equal(look({ pods: [crashing] }).kind, "running");
});

test("a server runs with settings once no Pod is left that may answer with former ones", () => {
  const ending = { deletionTimestamp: now + 30_000 };
  const replacing: readonly [string, readonly Pod[], string][] = [
    ["one that ends", [podFor("6", ending)], "its Pod ps-6 with former settings may still answer"],
    [
      "one that ends and is not ready any more",
      [podFor("6", { ...ending, ready: false })],
      "its Pod ps-6 with",
    ],
    [
      "one that should have ended just now",
      [podFor("6", { deletionTimestamp: now - 59_999 })],
      "its Pod ps-6 with",
    ],
    ["one that nobody has told to end", [podFor("6")], "its Pod ps-6 with"],
    ["two", [podFor("7"), podFor("6"), podFor("5", ending)], "its Pod ps-5 and 1 more with former settings"],
  ];
  for (const [what, pods, why] of replacing) {
    const found = look({ pods });
    assert.ok(found.kind === "replacing", what);
    assert.ok(found.why.startsWith(why), `${what}: ${found.why}`);
    assert.deepEqual([...found.settings.entries.keys()], ["a"]);
  }
  const [former] = [podFor("6", ending)];
  const over: readonly [string, readonly Pod[]][] = [
    ["none", []],
    ["Pods with the present settings", [podFor("7"), podFor("7", ending)]],
    ["one that has finished", [podFor("6", { phase: "Failed" }), podFor("6", { phase: "Succeeded" })]],
    ["one that is not ready, so that nobody is sent to it", [podFor("6", { ready: false })]],
    [
      "one without a version, of an older Kubewarden",
      [{ ...former, labels: { "kubewarden/policy-server": "ps" } }],
    ],
    ["one of another server", [{ ...former, labels: { ...former.labels, "kubewarden/policy-server": "x" } }]],
  ];
  for (const [what, pods] of over) {
    assert.deepEqual(look({ pods }), { ...look(), overdue: [] }, what);
  }
});

test("a former Pod that does not end is waited for until a minute after it should have, and named then", () => {
  const found = look({
    pods: [podFor("6", { deletionTimestamp: now - 60_000 }), podFor("5", { deletionTimestamp: 1 })],
  });
  assert.ok(found.kind === "running");
  assert.deepEqual(found.overdue, ["ps-5", "ps-6"]);
});
