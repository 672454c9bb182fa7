import assert from "node:assert/strict";
import { test } from "node:test";
import { at, container, pod, sidecarSet, validatePod } from "./policy.ts";

interface Amounts {
  cpu?: string;
  memory?: string;
}

const target = (name: string, limits: Amounts, requests: Amounts, fields: object = {}) => ({
  name,
  image: "t:1",
  resources: { limits, requests },
  ...fields,
});
const v4 = target("large-engine-v4", { cpu: "200m", memory: "200Mi" }, { cpu: "50m", memory: "100Mi" });
const v8 = target("large-engine-v8", { cpu: "400m", memory: "400Mi" }, { cpu: "100m", memory: "200Mi" });
const unlimited = target("large-engine-v8", { memory: "400Mi" }, { cpu: "100m", memory: "200Mi" });

/** The resources that a sidecar gets beside these containers. */
function resourcesBeside(containers: object[], policy: object, init: object[] = []): unknown {
  const sidecar = { name: "log", image: "log:1", resourcesPolicy: policy };
  const { accepted, message, mutated_object } = validatePod(pod({ containers, initContainers: init }), [
    sidecarSet("a", { containers: [sidecar] }),
  ]);
  assert.ok(accepted, message);
  return at(container(mutated_object, "log"), "resources");
}

const resourcesExpr = {
  limits: { cpu: "max(cpu*50%, 50m)", memory: "200Mi" },
  requests: { cpu: "max(cpu*50%, 50m)", memory: "100Mi" },
};
const stories: [what: string, mode: string, regex: string, containers: object[], resources: object][] = [
  [
    "one container",
    "sum",
    "^large-engine-v4$",
    [v4, v8],
    { limits: { cpu: "100m", memory: "200Mi" }, requests: { cpu: "50m", memory: "100Mi" } },
  ],
  [
    "the sum of two",
    "sum",
    "^large-engine-v.*$",
    [v4, v8],
    { limits: { cpu: "300m", memory: "200Mi" }, requests: { cpu: "75m", memory: "100Mi" } },
  ],
  [
    "the maximum of two",
    "max",
    "^large-engine-v.*$",
    [v4, v8],
    { limits: { cpu: "200m", memory: "200Mi" }, requests: { cpu: "50m", memory: "100Mi" } },
  ],
  [
    "two of which one has no limit on cpu",
    "max",
    "^large-engine-v.*$",
    [v4, unlimited],
    { limits: { memory: "200Mi" }, requests: { cpu: "50m", memory: "100Mi" } },
  ],
];

for (const [what, targetContainersMode, targetContainersNameRegex, containers, resources] of stories) {
  test(`resources by ${what}`, () => {
    const policy = { targetContainersMode, targetContainersNameRegex, resourcesExpr };
    assert.deepEqual(resourcesBeside(containers, policy), resources);
  });
}

test("a constant limit is dropped as well where a container is unlimited", () => {
  const policy = {
    targetContainersMode: "sum",
    targetContainersNameRegex: ".*",
    resourcesExpr: { limits: { cpu: "1", memory: "200Mi" } },
  };
  assert.deepEqual(resourcesBeside([v4, unlimited], policy), { limits: { memory: "200Mi" } });
});

test("an expression that is left out sets nothing, and what has no request counts as zero", () => {
  const policy = {
    targetContainersMode: "sum",
    targetContainersNameRegex: ".*",
    resourcesExpr: { requests: { cpu: "cpu*50%" } },
  };
  assert.deepEqual(resourcesBeside([target("app", {}, {})], policy), { requests: { cpu: "0" } });
});

const sums: [amounts: string[], sum: string][] = [
  [["200Mi", "1G"], "1209715200"],
  [["1Gi", "512Mi"], "1536Mi"],
  [["1e3", "1"], "1001"],
  [["0", "1Gi"], "1Gi"],
];
for (const [amounts, sum] of sums) {
  test(`${amounts.join(" + ")} is ${sum}, in the notation of the first that is not zero`, () => {
    const policy = {
      targetContainersMode: "sum",
      targetContainersNameRegex: ".*",
      resourcesExpr: { requests: { memory: "memory" } },
    };
    const containers = amounts.map((memory, index) => target(`app-${index}`, {}, { memory }));
    assert.deepEqual(resourcesBeside(containers, policy), { requests: { memory: sum } });
  });
}

test("500m and 0.5 of a cpu are 1", () => {
  const policy = {
    targetContainersMode: "sum",
    targetContainersNameRegex: ".*",
    resourcesExpr: { requests: { cpu: "cpu" } },
  };
  const containers = ["500m", "0.5"].map((cpu, index) => target(`app-${index}`, {}, { cpu }));
  assert.deepEqual(resourcesBeside(containers, policy), { requests: { cpu: "1" } });
});

test("native sidecars of the Pod count, its init containers and other sidecars do not", () => {
  const first = target("app1", { cpu: "400m", memory: "800Mi" }, { cpu: "200m", memory: "400Mi" });
  const second = target("app2", { cpu: "600m", memory: "1200Mi" }, { cpu: "300m", memory: "600Mi" });
  const native = {
    name: "mesh",
    image: "m:1",
    restartPolicy: "Always",
    resourcesPolicy: {
      targetContainersMode: "sum",
      targetContainersNameRegex: "^app.*$",
      resourcesExpr: {
        limits: { cpu: "max(cpu*30%, 50m)", memory: "max(memory*25%, 100Mi)" },
        requests: { cpu: "cpu*20%", memory: "memory*15%" },
      },
    },
  };
  const sets = [
    sidecarSet("a", { initContainers: [native] }),
    sidecarSet("b", { containers: [{ name: "app3", image: "x:1" }] }),
  ];
  const submitted = pod({
    initContainers: [
      { ...first, restartPolicy: "Always" },
      target("app-setup", { cpu: "9", memory: "9Gi" }, { cpu: "9", memory: "9Gi" }),
    ],
    containers: [second, target("app3", { cpu: "9", memory: "9Gi" }, { cpu: "9", memory: "9Gi" })],
  });
  const { mutated_object: injected } = validatePod(submitted, sets);
  assert.deepEqual(at(container(injected, "mesh"), "resources"), {
    limits: { cpu: "300m", memory: "500Mi" },
    requests: { cpu: "100m", memory: "150Mi" },
  });
});

test("claims of the sidecar go with the resources that are replaced", () => {
  const policy = {
    targetContainersMode: "sum",
    targetContainersNameRegex: ".*",
    resourcesExpr: { requests: { cpu: "1" } },
  };
  const resources = { claims: [{ name: "gpu" }] };
  const sidecar = { name: "log", image: "log:1", resourcesPolicy: policy, resources };
  // As the controller writes it: a Pod's claims are not known when a set is checked.
  const annotations = { "kruise.io/sidecarset-hash": "h", "kruise.io/sidecarset-hash-without-image": "w" };
  const set = { ...sidecarSet("a", { containers: [sidecar] }), metadata: { name: "a", annotations } };
  const { mutated_object: injected } = validatePod(pod(), [set]);
  assert.deepEqual(at(container(injected, "log"), "resources"), { requests: { cpu: "1" } });
});

for (const [what, resourcesPolicy, message] of [
  ["no container to count", { targetContainersNameRegex: "^none$" }, /no container of the Pod matches/],
  [
    "a result below zero",
    { targetContainersNameRegex: ".*", resourcesExpr: { requests: { cpu: "cpu-1" } } },
    /negative/,
  ],
  [
    "quantities that cannot be multiplied",
    { targetContainersNameRegex: ".*", resourcesExpr: { requests: { cpu: "cpu*cpu" } } },
    /multiplied/,
  ],
] as const) {
  test(`${what} rejects the Pod`, () => {
    const policy = { targetContainersMode: "sum", resourcesExpr, ...resourcesPolicy };
    const sidecar = { name: "log", image: "log:1", resourcesPolicy: policy };
    const response = validatePod(pod({ containers: [v4] }), [sidecarSet("a", { containers: [sidecar] })]);
    assert.equal(response.accepted, false);
    assert.equal(response.code, 422);
    assert.match(response.message ?? "", message);
    assert.match(response.message ?? "", /^sidecarset a: container log: /);
  });
}
