import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonPatch } from "@kubewarden/as-sdk/host";
import { type Document, admit, sidecarSet } from "./sidecarset-policy.ts";

const PROBE = { httpGet: { port: 80, httpHeaders: [{ name: "a", value: "b" }] }, timeoutSeconds: 0 };
const SELECTOR = {
  matchLabels: { a: "b" },
  matchExpressions: [{ key: "c", operator: "In", values: ["d"] }],
};

/** A set that has a value at nearly every path the policy reads. */
function fullSet(): Document {
  const container = {
    name: "full",
    image: "a:1",
    command: ["a"],
    ports: [{ name: "web", containerPort: 80, hostPort: 8080, hostIP: "::1" }],
    env: [
      { name: "A", value: "b" },
      { name: "B", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "C", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
    ],
    envFrom: [{ secretRef: { name: "s", optional: true } }],
    resources: { limits: { cpu: "1.0001m", memory: 1024 }, requests: { cpu: "0" } },
    volumeMounts: [{ name: "data", mountPath: "/a", subPath: "b" }],
    livenessProbe: PROBE,
    lifecycle: { preStop: { sleep: { seconds: 1 } } },
    securityContext: { runAsUser: 1, capabilities: { add: ["A"] }, seccompProfile: { type: "Unconfined" } },
    upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "e:1" },
    transferEnv: [
      { sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } }, envNames: ["A"] },
    ],
  };
  const policy = {
    targetContainersMode: "sum",
    targetContainersNameRegex: "^a",
    resourcesExpr: { limits: { cpu: "cpu*50%" } },
  };
  const set = sidecarSet({
    selector: SELECTOR,
    namespaceSelector: SELECTOR,
    containers: [container, { name: "sized", image: "a", resourcesPolicy: policy }],
    initContainers: [{ name: "native", image: "a:1", restartPolicy: "Always", startupProbe: PROBE }],
    volumes: [
      { name: "data" },
      {
        name: "p",
        projected: {
          sources: [{ downwardAPI: { items: [{ path: "a", fieldRef: { fieldPath: "metadata.name" } }] } }],
        },
      },
    ],
    updateStrategy: {
      maxUnavailable: "10%",
      priorityStrategy: { weightPriority: [{ weight: 1, matchSelector: SELECTOR }] },
      scatterStrategy: [{ key: "a", value: "b" }],
    },
    injectionStrategy: { revision: { revisionName: "a" } },
    imagePullSecrets: [{ name: "s" }],
    patchPodMetadata: [{ annotations: { a: "b" }, patchPolicy: "MergePatchJson" }],
    strategy: { rollingUpdate: { maxUnavailable: 1 } },
    paused: false,
  });
  set["metadata"].labels = { a: "b" };
  set["metadata"].annotations = { "apps.kruise.io/sidecarset-base": "x" };
  return set;
}

/** Every third case by default, all of them with FULL_TESTS=1. */
const STRIDE = process.env["FULL_TESTS"] === "1" ? 1 : 3;

const HOSTILE: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  9007199254740991,
  "",
  " ",
  "\u0000\ud800<&>\u2028",
  "9".repeat(400),
  "(".repeat(300),
  "%",
  "e",
  [],
  {},
  [null],
  [[]],
  { "": null },
  { name: {} },
];

/** Every path of a document, as lists of keys. */
function paths(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))];
}

function replaced(document: Document, path: (string | number)[], value: unknown): Document {
  const copy = structuredClone(document);
  let parent: Document = copy;
  for (const key of path.slice(0, -1)) parent = parent[key];
  parent[path.at(-1) ?? ""] = value;
  return copy;
}

/** What has to hold for every set: one answer, a reason with each refusal, only additions, and no second change. */
function check(sent: Document, old?: Document): void {
  const set: Document = JSON.parse(JSON.stringify(sent));
  const circumstances = old === undefined ? {} : { old };
  const answer = admit(set, circumstances);
  if (!answer.accepted) {
    assert.ok((answer.message ?? "").length > 0);
    return;
  }
  const { mutated_object: mutated } = answer;
  if (mutated === undefined || mutated === null) return;
  assert.equal(admit(mutated, circumstances).mutated_object, undefined);
  for (const { path } of jsonPatch(set, mutated)) {
    assert.doesNotMatch(path, /\/(name|image|command|selector|labels)$/);
  }
}

describe("hostile sets", () => {
  const full = fullSet();

  it("start from a set that is in order", () => {
    assert.deepEqual(admit(full).message, undefined);
  });

  it("get an answer for any value at any path, at creation and as the old set of an update", () => {
    let cases = 0;
    for (const path of paths(full).filter(({ length }) => length > 0)) {
      for (const value of HOSTILE) {
        if (cases++ % STRIDE !== 0) continue;
        const set = replaced(full, path, value);
        check(set);
        if (cases % 5 === 0) check(full, set);
      }
    }
    assert.ok(cases > 3000);
  });

  it("get an answer for any missing member", () => {
    for (const path of paths(full).filter(({ length }) => length > 0)) check(replaced(full, path, undefined));
  });
});
