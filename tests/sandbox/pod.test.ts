import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { podSummary } from "../../sandbox/core/pod-columns.ts";
import { defaultPod } from "../../sandbox/core/pod-defaults.ts";
import { validatePod } from "../../sandbox/core/pod-validation.ts";
import { age, humanDuration } from "../../sandbox/core/age.ts";
import { type JsonObject, copy, objectAt, objectsAt } from "../../sandbox/json/value.ts";
import { describeFieldError } from "../../sandbox/schema/field-error.ts";
import { kubeObject } from "../../sandbox/store/object.ts";
import { pod } from "./objects.ts";

const base = pod("p", ["nginx:1.15.1"]);

/** The base Pod with members of its spec replaced. */
function withSpec(spec: JsonObject): JsonObject {
  return { ...base, spec: { ...objectAt(base, "spec"), ...spec } };
}

describe("defaults", () => {
  test("fill in what kubectl shows, and only once", () => {
    const object = copy(pod("p", ["nginx:1.15.1", "nginx", "r/a:latest", "r:5000/b", "c@sha256:0"]));
    defaultPod(object);
    const policies = objectsAt(object, "spec", "containers").map((container) => container["imagePullPolicy"]);
    assert.deepEqual(policies, ["IfNotPresent", "Always", "Always", "Always", "IfNotPresent"]);
    const { restartPolicy, dnsPolicy, terminationGracePeriodSeconds } = objectAt(object, "spec");
    assert.deepEqual(
      [restartPolicy, dnsPolicy, terminationGracePeriodSeconds],
      ["Always", "ClusterFirst", 30],
    );
    const again = copy(object);
    defaultPod(again);
    assert.deepEqual(again, object);
  });

  test("keep what is there and reach nested fields", () => {
    const object = withSpec({
      restartPolicy: "Never",
      volumes: [
        { name: "plain" },
        { name: "s", secret: { secretName: "x" } },
        { name: "h", hostPath: { path: "/" } },
      ],
      containers: [
        {
          name: "a",
          image: "a:1",
          ports: [{ containerPort: 1 }, { containerPort: 2, protocol: "UDP" }],
          env: [{ name: "N", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
          livenessProbe: { httpGet: { port: 80 } },
          resources: { limits: { cpu: "1" } },
        },
      ],
    });
    defaultPod(object);
    const spec = objectAt(object, "spec");
    assert.equal(spec["restartPolicy"], "Never");
    assert.deepEqual(spec["volumes"], [
      { name: "plain", emptyDir: {} },
      { name: "s", secret: { secretName: "x", defaultMode: 420 } },
      { name: "h", hostPath: { path: "/", type: "" } },
    ]);
    const [container] = objectsAt(spec, "containers");
    assert.deepEqual(
      objectsAt(container, "ports").map(({ protocol }) => protocol),
      ["TCP", "UDP"],
    );
    assert.deepEqual(container?.["livenessProbe"], {
      httpGet: { port: 80, path: "/", scheme: "HTTP" },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    });
    assert.deepEqual(container["resources"], { limits: { cpu: "1" }, requests: { cpu: "1" } });
    assert.equal(objectAt(objectsAt(container, "env")[0], "valueFrom", "fieldRef")["apiVersion"], "v1");
  });
});

const mount = { name: "v", mountPath: "/v" };

const refusals: readonly [name: string, spec: JsonObject, errors: readonly RegExp[]][] = [
  ["no containers", { containers: [] }, [/^spec.containers: Required value$/]],
  ["no image", { containers: [{ name: "a" }] }, [/^spec.containers\[0\].image: Required value$/]],
  ["no name", { containers: [{ image: "a" }] }, [/^spec.containers\[0\].name: Required value$/]],
  [
    "a bad name",
    { containers: [{ name: "A_b", image: "a" }] },
    [/name: Invalid value: "A_b": a lowercase RFC 1123 label/],
  ],
  [
    "a name twice, in both lists",
    { containers: [{ name: "a", image: "a" }], initContainers: [{ name: "a", image: "b" }] },
    [/^spec.initContainers\[0\].name: Duplicate value: "a"$/],
  ],
  [
    "a mount without volume",
    { containers: [{ name: "a", image: "a", volumeMounts: [mount] }] },
    [/^spec.containers\[0\].volumeMounts\[0\].name: Not found: "v"$/],
  ],
  [
    "a mount path twice",
    { volumes: [{ name: "v" }], containers: [{ name: "a", image: "a", volumeMounts: [mount, mount] }] },
    [/^spec.containers\[0\].volumeMounts\[1\].mountPath: Invalid value: "\/v": must be unique$/],
  ],
  [
    "a volume twice",
    { volumes: [{ name: "v" }, { name: "v" }] },
    [/^spec.volumes\[1\].name: Duplicate value: "v"$/],
  ],
  [
    "a restart policy",
    { restartPolicy: "Sometimes" },
    [/^spec.restartPolicy: Unsupported value: "Sometimes": supported values: /],
  ],
  [
    "a port",
    { containers: [{ name: "a", image: "a", ports: [{ containerPort: 0 }] }] },
    [/must be between 1 and 65535/],
  ],
  [
    "restartPolicy of a container that is no init container",
    { containers: [{ name: "a", image: "a", restartPolicy: "Always" }] },
    [/^spec.containers\[0\].restartPolicy: Forbidden: may not be set for non-init containers$/],
  ],
];

describe("validation of new Pods", () => {
  test("accepts the base and native sidecars", () => {
    assert.deepEqual(validatePod(base, undefined), []);
    const sidecar = withSpec({ initContainers: [{ name: "s", image: "s", restartPolicy: "Always" }] });
    assert.deepEqual(validatePod(sidecar, undefined), []);
  });
  for (const [name, spec, errors] of refusals) {
    test(`refuses ${name}`, () => {
      const found = validatePod(withSpec(spec), undefined).map(describeFieldError);
      assert.equal(found.length, errors.length, found.join("; "));
      for (const [index, error] of errors.entries()) assert.match(found[index] ?? "", error);
    });
  }
});

const two = pod("p", ["a:1", "b:1"], {
  tolerations: [{ key: "x" }],
  initContainers: [{ name: "i", image: "i:1" }],
});

const updates: readonly [name: string, spec: JsonObject, error?: RegExp][] = [
  [
    "an image",
    {
      containers: [
        { name: "c0", image: "a:2" },
        { name: "c1", image: "b:1" },
      ],
    },
  ],
  ["an init image", { initContainers: [{ name: "i", image: "i:2" }] }],
  ["a further toleration", { tolerations: [{ key: "x" }, { key: "y" }] }],
  ["activeDeadlineSeconds", { activeDeadlineSeconds: 5 }],
  [
    "fewer containers",
    { containers: [{ name: "c0", image: "a:1" }] },
    /spec.containers: Forbidden: pod updates may not add or remove containers/,
  ],
  [
    "a command",
    {
      containers: [
        { name: "c0", image: "a:1", command: ["x"] },
        { name: "c1", image: "b:1" },
      ],
    },
    /^spec: Forbidden: pod updates may not change fields other than/,
  ],
  [
    "a name",
    {
      containers: [
        { name: "x", image: "a:1" },
        { name: "c1", image: "b:1" },
      ],
    },
    /^spec: Forbidden/,
  ],
  [
    "no image any more",
    {
      containers: [
        { name: "c0", image: "" },
        { name: "c1", image: "b:1" },
      ],
    },
    /containers\[0\].image: Required value/,
  ],
  ["one toleration less", { tolerations: [] }, /existing toleration can not be modified/],
  ["another node", { nodeName: "other" }, /^spec: Forbidden/],
  ["a volume", { volumes: [{ name: "v" }] }, /^spec: Forbidden/],
];

describe("validation of changes", () => {
  for (const [name, spec, error] of updates) {
    test(`${error === undefined ? "lets through" : "refuses"} ${name}`, () => {
      const next = { ...two, spec: { ...objectAt(two, "spec"), ...spec } };
      const found = validatePod(next, two).map(describeFieldError);
      if (error === undefined) assert.deepEqual(found, []);
      else assert.match(found.join("; "), error);
    });
  }
});

const running = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const completed = { terminated: { exitCode: 0, reason: "Completed" } };
const waiting = (reason: string): JsonObject => ({ waiting: { reason } });
const status = (name: string, state: JsonObject, ready: boolean, restartCount = 0): JsonObject => ({
  name,
  state,
  ready,
  started: "running" in state,
  restartCount,
});

interface SummaryCase {
  readonly name: string;
  readonly spec?: JsonObject;
  readonly status: JsonObject;
  readonly metadata?: JsonObject;
  readonly shown: readonly [ready: string, status: string, restarts: number];
}

const initSpec = { initContainers: [{ name: "i", image: "i" }] };
const sidecarSpec = { initContainers: [{ name: "s", image: "s", restartPolicy: "Always" }] };

const summaries: readonly SummaryCase[] = [
  { name: "new", status: { phase: "Pending" }, shown: ["0/1", "Pending", 0] },
  {
    name: "creating",
    status: { phase: "Pending", containerStatuses: [status("c0", waiting("ContainerCreating"), false)] },
    shown: ["0/1", "ContainerCreating", 0],
  },
  {
    name: "running",
    status: { phase: "Running", containerStatuses: [status("c0", running, true, 2)] },
    shown: ["1/1", "Running", 2],
  },
  {
    name: "pull failure",
    status: { phase: "Pending", containerStatuses: [status("c0", waiting("ImagePullBackOff"), false)] },
    shown: ["0/1", "ImagePullBackOff", 0],
  },
  {
    name: "terminating",
    metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
    status: { phase: "Running", containerStatuses: [status("c0", running, true)] },
    shown: ["1/1", "Terminating", 0],
  },
  {
    name: "terminating, but finished",
    metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" },
    status: { phase: "Succeeded", containerStatuses: [status("c0", completed, false)] },
    shown: ["0/1", "Completed", 0],
  },
  {
    name: "init running",
    spec: initSpec,
    status: {
      phase: "Pending",
      initContainerStatuses: [status("i", running, false)],
      containerStatuses: [status("c0", waiting("PodInitializing"), false)],
    },
    shown: ["0/1", "Init:0/1", 0],
  },
  {
    name: "init done",
    spec: initSpec,
    status: {
      phase: "Running",
      initContainerStatuses: [status("i", completed, true, 3)],
      containerStatuses: [status("c0", running, true)],
    },
    shown: ["1/1", "Running", 0],
  },
  {
    name: "native sidecar counts",
    spec: sidecarSpec,
    status: {
      phase: "Running",
      initContainerStatuses: [status("s", running, true, 1)],
      containerStatuses: [status("c0", running, true)],
    },
    shown: ["2/2", "Running", 1],
  },
  {
    name: "native sidecar not up",
    spec: sidecarSpec,
    status: { phase: "Pending", initContainerStatuses: [status("s", waiting("ErrImagePull"), false)] },
    shown: ["0/2", "Init:ErrImagePull", 0],
  },
];

describe("the line of a Pod in kubectl get", () => {
  for (const { name, spec = {}, metadata = {}, status, shown } of summaries) {
    test(name, () => {
      const object = { ...withSpec(spec), status };
      const {
        ready,
        total,
        status: text,
        restarts,
      } = podSummary(kubeObject({ ...object, metadata: { name: "p", ...metadata } }));
      assert.deepEqual([`${ready}/${total}`, text, restarts], shown);
    });
  }
});

const ages: readonly [seconds: number, text: string][] = [
  [0, "0s"],
  [119, "119s"],
  [120, "2m"],
  [200, "3m20s"],
  [600, "10m"],
  [10_799, "179m"],
  [10_800, "3h"],
  [18_720, "5h12m"],
  [28_800, "8h"],
  [172_800, "2d"],
  [187_200, "2d4h"],
  [691_200, "8d"],
  [63_072_000, "2y"],
];

for (const [seconds, text] of ages) {
  test(`${seconds} seconds are ${text}`, () => assert.equal(humanDuration(seconds * 1000), text));
}

test("no time is no age", () => assert.equal(age(undefined, new Date()), "<unknown>"));
