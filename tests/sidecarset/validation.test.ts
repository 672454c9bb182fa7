import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Document, problems, settingsProblem, sidecarSet, stored } from "./sidecarset-policy.ts";

/** Rows of: what the container has, and the problem that it is refused for ("" for none). */
type Row = [Document, string];

const VOLUMES = {
  volumes: [
    { name: "data", emptyDir: {} },
    { name: "raw", persistentVolumeClaim: { claimName: "c" } },
  ],
};

function containerRows(rows: Row[]): void {
  for (const [container, problem] of rows) {
    const expected = problem === "" ? [] : [`spec.containers[0].${problem}`];
    assert.deepEqual(problems(sidecarSet(VOLUMES, container)), expected, JSON.stringify(container));
  }
}

function specRows(rows: Row[]): void {
  for (const [spec, problem] of rows) {
    const expected = problem === "" ? [] : [`spec.${problem}`];
    assert.deepEqual(problems(sidecarSet(spec)), expected, JSON.stringify(spec));
  }
}

function initRows(rows: Row[]): void {
  for (const [container, problem] of rows) {
    const expected = problem === "" ? [] : [`spec.initContainers[0].${problem}`];
    const initContainers = [{ name: "init", image: "a:1", ...container }];
    assert.deepEqual(problems(sidecarSet({ initContainers })), expected, JSON.stringify(container));
  }
}

describe("metadata", () => {
  const rows: [Document, string[]][] = [
    [{ name: "a-1" }, []],
    [{ generateName: "log-" }, []],
    [{}, ["metadata.name: required, got nothing"]],
    [{ name: "a.b" }, ['metadata.name: expected at most 63 letters, digits and dashes, got "a.b"']],
    [
      { name: "a", namespace: "b" },
      ['metadata.namespace: not allowed because a SidecarSet belongs to the cluster, got "b"'],
    ],
  ];
  it("has a name of letters, digits and dashes, and no namespace", () => {
    for (const [metadata, expected] of rows) {
      assert.deepEqual(problems({ ...sidecarSet(), metadata }), expected, JSON.stringify(metadata));
    }
  });

  it("has labels and annotations with qualified keys", () => {
    const set = sidecarSet();
    set["metadata"].labels = { "a/b/c": "ok", ok: "not ok" };
    set["metadata"].annotations = { "Example.com/ok": "any thing", "-": "" };
    const lines = problems(set);
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? "", /^metadata\.labels\[a\/b\/c\]: expected the key to be a qualified name/);
    assert.match(lines[1] ?? "", /^metadata\.labels\[ok\]: expected a label value: .*, got "not ok"$/);
    assert.match(lines[2] ?? "", /^metadata\.annotations\[-\]: expected the key/);
  });

  it("of a canary names another set that it stands in for, and never updates", () => {
    const canary = sidecarSet({ updateStrategy: { type: "NotUpdate" } });
    const annotate = (base: string) => ({
      "apps.kruise.io/sidecarset-canary": "true",
      "apps.kruise.io/sidecarset-base": base,
    });
    canary["metadata"].annotations = annotate("base");
    const base = sidecarSet();
    base["metadata"].name = "base";
    const others = [base];
    assert.deepEqual(problems(canary, { others }), []);
    assert.deepEqual(problems(canary), [
      'metadata.annotations[apps.kruise.io/sidecarset-base]: expected the name of a SidecarSet that is there, got "base"',
    ]);

    const rolling = structuredClone(canary);
    rolling["spec"].updateStrategy.type = "RollingUpdate";
    assert.deepEqual(problems(rolling), [
      'spec.updateStrategy.type: expected "NotUpdate" for a canary, got "RollingUpdate"',
    ]);

    const itself = structuredClone(canary);
    itself["metadata"].annotations = annotate("log");
    const path = "metadata.annotations[apps.kruise.io/sidecarset-base]";
    assert.deepEqual(problems(itself), [`${path}: expected the name of another SidecarSet, got "log"`]);
    assert.deepEqual(problems(canary, { old: itself }), [
      `${path}: expected the base to stay as it is, because it cannot change, got "base"`,
    ]);
    assert.deepEqual(problems(sidecarSet(), { old: canary }), []);
  });
});

describe("selectors", () => {
  it("select something by well-formed labels", () => {
    const none = "expected at least one label or expression, got";
    specRows([
      [{ selector: {} }, `selector: ${none} {}`],
      [{ selector: null }, `selector: ${none} null`],
      [
        { selector: { matchLabels: {}, matchExpressions: [] } },
        `selector: ${none} {"matchLabels":{},"matchExpressions":[]}`,
      ],
      [{ namespaceSelector: {} }, `namespaceSelector: ${none} {}`],
      [{ namespaceSelector: null }, ""],
      [
        { namespace: "Web" },
        'namespace: expected a DNS label: at most 63 of a-z, 0-9 and -, letter or digit first and last, got "Web"',
      ],
      [
        { selector: { matchExpressions: [{ key: "a", operator: "In" }] } },
        "selector.matchExpressions[0].values: expected at least one value for In, got nothing",
      ],
      [
        { selector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] } },
        'selector.matchExpressions[0].values: not allowed for Exists, got ["b"]',
      ],
      [
        { selector: { matchExpressions: [{ key: "a", operator: "Gt", values: ["1"] }] } },
        'selector.matchExpressions[0].operator: expected one of "In", "NotIn", "Exists", "DoesNotExist", got "Gt"',
      ],
      [
        { selector: { matchExpressions: [{ operator: "Exists" }] } },
        "selector.matchExpressions[0].key: required, got nothing",
      ],
      [{ selector: { matchExpressions: [{ key: "a", operator: "DoesNotExist", values: [] }] } }, ""],
    ]);
  });
});

describe("strategies", () => {
  it("are checked for rolling updates", () => {
    const some = { matchLabels: { a: "b" } };
    const amount = 'expected a number from 0 or a percentage such as "25%", got';
    specRows([
      [{ updateStrategy: { maxUnavailable: "150%" } }, ""],
      [{ updateStrategy: { maxUnavailable: "5" } }, `updateStrategy.maxUnavailable: ${amount} "5"`],
      [{ updateStrategy: { maxUnavailable: -1 } }, `updateStrategy.maxUnavailable: ${amount} -1`],
      [{ updateStrategy: { partition: "%" } }, `updateStrategy.partition: ${amount} "%"`],
      [{ updateStrategy: { partition: "%", type: "NotUpdate" } }, ""],
      [
        { strategy: { rollingUpdate: { maxUnavailable: "x" } } },
        `strategy.rollingUpdate.maxUnavailable: ${amount} "x"`,
      ],
      [{ updateStrategy: { selector: some, partition: 0 } }, ""],
      [
        { updateStrategy: { selector: some, partition: "0%" } },
        'updateStrategy.partition: not allowed together with updateStrategy.selector, got "0%"',
      ],
      [
        { updateStrategy: { priorityStrategy: { weightPriority: [{ weight: 101, matchSelector: some }] } } },
        "updateStrategy.priorityStrategy.weightPriority[0].weight: expected a weight from 0 to 100, got 101",
      ],
      [
        {
          updateStrategy: {
            priorityStrategy: {
              weightPriority: [{ weight: 1, matchSelector: some }],
              orderPriority: [{ orderedKey: "a" }],
            },
          },
        },
        "updateStrategy.priorityStrategy: expected weightPriority or orderPriority, got both",
      ],
      [
        { updateStrategy: { priorityStrategy: { orderPriority: [{ orderedKey: "" }] } } },
        'updateStrategy.priorityStrategy.orderPriority[0].orderedKey: required, got ""',
      ],
      [
        {
          updateStrategy: {
            scatterStrategy: [
              { key: "a", value: "1" },
              { key: "a", value: "1" },
            ],
          },
        },
        'updateStrategy.scatterStrategy[1]: expected each key and value once, got {"key":"a","value":"1"}',
      ],
      [
        { injectionStrategy: { revision: { policy: "Partial" } } },
        'injectionStrategy.revision: expected revisionName or customVersion, got {"policy":"Partial"}',
      ],
      [{ customVersion: "v1.2_a" }, ""],
      [
        { customVersion: "v 1" },
        'customVersion: expected a label value: at most 63 of A-Z, a-z, 0-9, -, _ and ., letter or digit first and last, got "v 1"',
      ],
      [
        { injectionStrategy: { revision: { policy: "Never", customVersion: "1" } } },
        'injectionStrategy.revision.policy: expected one of "Always", "Partial", got "Never"',
      ],
    ]);
  });
});

describe("containers", () => {
  it("have names and images", () => {
    const label = "expected a DNS label: at most 63 of a-z, 0-9 and -, letter or digit first and last, got";
    containerRows([
      [{ name: "" }, 'name: required, got ""'],
      [{ name: "A" }, `name: ${label} "A"`],
      [{ name: "a".repeat(63) }, ""],
      [{ name: "-a" }, `name: ${label} "-a"`],
      [{ image: "" }, 'image: required, got ""'],
      [{ image: " a" }, 'image: expected no white space around the image, got " a"'],
      [
        { imagePullPolicy: "Sometimes" },
        'imagePullPolicy: expected one of "Always", "IfNotPresent", "Never", got "Sometimes"',
      ],
      [{ restartPolicy: "Always" }, 'restartPolicy: not allowed outside of init containers, got "Always"'],
    ]);
    assert.deepEqual(problems(sidecarSet({ containers: [] })), [
      "spec.containers: expected at least one container or init container, got []",
    ]);
    assert.deepEqual(problems(sidecarSet({ initContainers: [{ name: "tail", image: "a" }] })), [
      'spec.initContainers[0].name: expected a name that no other container of the set has, got "tail"',
    ]);
  });

  it("have ports", () => {
    containerRows([
      [{ ports: [{ containerPort: 80, hostPort: 0, name: "http" }] }, ""],
      [{ ports: [{ containerPort: 0 }] }, "ports[0].containerPort: expected a port from 1 to 65535, got 0"],
      [
        { ports: [{ containerPort: 80, hostPort: 65536 }] },
        "ports[0].hostPort: expected a port from 1 to 65535, got 65536",
      ],
      [
        { ports: [{ containerPort: 80, name: "80" }] },
        'ports[0].name: expected a port name: at most 15 of a-z, 0-9 and single inner dashes, with a letter, got "80"',
      ],
      [
        { ports: [{ containerPort: 80, protocol: "tcp" }] },
        'ports[0].protocol: expected one of "TCP", "UDP", "SCTP", got "tcp"',
      ],
      [
        {
          ports: [
            { containerPort: 1, hostPort: 9 },
            { containerPort: 2, hostPort: 9, protocol: "UDP" },
            { containerPort: 3, hostPort: 9 },
          ],
        },
        "ports[2].hostPort: expected a port of the node that is not taken yet, got 9",
      ],
    ]);
  });

  it("have variables", () => {
    const field = (fieldPath: string) => ({ env: [{ name: "A", valueFrom: { fieldRef: { fieldPath } } }] });
    containerRows([
      [{ env: [{ name: "my.VAR_1-x", value: "" }] }, ""],
      [
        { env: [{ name: "1A" }] },
        'env[0].name: expected a variable name: A-Z, a-z, 0-9, -, _ and ., no digit first, got "1A"',
      ],
      [{ env: [{ value: "x" }] }, "env[0].name: required, got nothing"],
      [field("metadata.labels['a.b/c']"), ""],
      [field("metadata.annotations['A.b/C']"), ""],
      [field("status.podIPs"), ""],
      [
        field("spec.hostname"),
        `env[0].valueFrom.fieldRef.fieldPath: expected a field of the Pod such as metadata.name, status.podIP or metadata.labels['key'], got "spec.hostname"`,
      ],
      [
        { env: [{ name: "A", valueFrom: {} }] },
        "env[0].valueFrom: expected exactly one of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, got 0",
      ],
      [
        { env: [{ name: "A", value: "x", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] },
        'env[0].value: not allowed together with valueFrom, got "x"',
      ],
      [
        { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "c", key: "a/b" } } }] },
        'env[0].valueFrom.configMapKeyRef.key: expected a key: at most 253 of A-Z, a-z, 0-9, -, _ and ., got "a/b"',
      ],
      [{ envFrom: [{ configMapRef: { name: "c" }, prefix: "P_" }] }, ""],
      [{ envFrom: [{}] }, "envFrom[0]: expected exactly one of configMapRef, secretRef, got 0"],
      [{ transferEnv: [{ sourceContainerName: "app", envName: "A" }] }, ""],
      [
        { transferEnv: [{ sourceContainerNameFrom: {} }] },
        "transferEnv[0].sourceContainerNameFrom: expected a fieldRef, got {}",
      ],
      [
        { transferEnv: [{ sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.name" } } }] },
        `transferEnv[0].sourceContainerNameFrom.fieldRef.fieldPath: expected metadata.labels['key'] or metadata.annotations['key'], got "metadata.name"`,
      ],
    ]);
  });

  it("mount volumes of the set, each path once", () => {
    const mount = (...mounts: Document[]) => ({
      volumeMounts: mounts.map((each) => ({ name: "data", ...each })),
    });
    containerRows([
      [mount({ mountPath: "/a" }, { mountPath: "/b", subPath: "x/y" }), ""],
      [
        mount({ mountPath: "/a", name: "other" }),
        'volumeMounts[0].name: expected the name of a volume in spec.volumes, got "other"',
      ],
      [mount({}), "volumeMounts[0].mountPath: required, got nothing"],
      [
        mount({ mountPath: "/a" }, { mountPath: "/a" }),
        'volumeMounts[1].mountPath: expected a path that is used once, got "/a"',
      ],
      [
        mount({ mountPath: "/a", subPath: "/x" }),
        'volumeMounts[0].subPath: expected a relative path without .., got "/x"',
      ],
      [
        mount({ mountPath: "/a", subPathExpr: "a/../b" }),
        'volumeMounts[0].subPathExpr: expected a relative path without .., got "a/../b"',
      ],
      [
        mount({ mountPath: "/a", subPath: "x", subPathExpr: "y" }),
        'volumeMounts[0].subPathExpr: not allowed together with subPath, got "y"',
      ],
      [
        mount({ mountPath: "/a", mountPropagation: "Bidirectional" }),
        'volumeMounts[0].mountPropagation: not allowed for a container that is not privileged, got "Bidirectional"',
      ],
      [
        { ...mount({ mountPath: "/a" }), volumeDevices: [{ name: "raw", devicePath: "/a" }] },
        'volumeMounts[0].mountPath: expected a path that is used once, got "/a"',
      ],
    ]);
  });

  it("request no more than their limits", () => {
    containerRows([
      [{ resources: { limits: { cpu: "1" }, requests: { cpu: "1000m" } } }, ""],
      [{ resources: { requests: { cpu: "3" } } }, ""],
      [
        { resources: { limits: { memory: "1Gi" }, requests: { memory: "1025Mi" } } },
        "resources.requests[memory]: expected at most the limit of 1Gi, got 1025Mi",
      ],
      [
        { resources: { limits: { cpu: "-1" } } },
        'resources.limits[cpu]: expected a quantity from 0, got "-1"',
      ],
      [{ resources: { limits: { cpu: "1 " } } }, ""],
      [
        { resources: { limits: { cpu: "one" } } },
        'resources.limits[cpu]: expected a quantity such as "100m" or "64Mi", got "one"',
      ],
      [
        { resources: { limits: { "example.com/gpu": 2 }, requests: { "example.com/gpu": 1 } } },
        "resources.requests[example.com/gpu]: expected exactly the limit of 2, got 1",
      ],
      [
        { resources: { requests: { "example.com/gpu": 1 } } },
        "resources.limits[example.com/gpu]: required, because example.com/gpu is requested",
      ],
      [
        { resources: { limits: { "example.com/gpu": "500m" } } },
        'resources.limits[example.com/gpu]: expected a whole number of example.com/gpu, got "500m"',
      ],
      [
        { resources: { claims: [{ name: "a" }] } },
        'resources.claims: not allowed because a SidecarSet brings no resource claims, got [{"name":"a"}]',
      ],
    ]);
  });

  it("have probes and hooks with one handler each", () => {
    const exec = { exec: { command: ["true"] } };
    containerRows([
      [{ livenessProbe: exec, readinessProbe: exec, startupProbe: exec, lifecycle: { preStop: exec } }, ""],
      [{ startupProbe: { httpGet: { port: "web" } } }, ""],
      [{ readinessProbe: { ...exec, successThreshold: 2 } }, ""],
      [
        { livenessProbe: { ...exec, successThreshold: 2 } },
        "livenessProbe.successThreshold: expected 1 for a probe that restarts the container, got 2",
      ],
      [
        { readinessProbe: { ...exec, terminationGracePeriodSeconds: 1 } },
        "readinessProbe.terminationGracePeriodSeconds: not allowed for a readiness probe, got 1",
      ],
      [
        { livenessProbe: { ...exec, tcpSocket: { port: 1 } } },
        "livenessProbe: expected exactly one of exec, httpGet, tcpSocket, grpc, got 2",
      ],
      [
        { livenessProbe: { tcpSocket: { port: 0 } } },
        "livenessProbe.tcpSocket.port: expected a port from 1 to 65535, got 0",
      ],
      [{ livenessProbe: { grpc: { port: 1 } } }, ""],
      [
        { livenessProbe: { ...exec, periodSeconds: -1 } },
        "livenessProbe.periodSeconds: expected a number from 0, got -1",
      ],
      [{ lifecycle: { preStop: { sleep: { seconds: 600 } } } }, ""],
      [
        { lifecycle: { postStart: { exec: {} } } },
        "lifecycle.postStart.exec.command: expected a command, got nothing",
      ],
      [
        { livenessProbe: { httpGet: { port: 1, httpHeaders: [{ name: "a b", value: "" }] } } },
        'livenessProbe.httpGet.httpHeaders[0].name: expected a header name such as X-Header-Name, got "a b"',
      ],
    ]);
  });

  it("have security settings that fit together", () => {
    containerRows([
      [{ securityContext: { runAsUser: 0, privileged: true, allowPrivilegeEscalation: true } }, ""],
      [
        { securityContext: { runAsUser: -1 } },
        "securityContext.runAsUser: expected an id from 0 to 2147483647, got -1",
      ],
      [
        { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
        "securityContext.allowPrivilegeEscalation: expected true for a privileged container, got false",
      ],
      [
        { securityContext: { seccompProfile: { type: "Localhost" } } },
        "securityContext.seccompProfile.localhostProfile: required, got nothing",
      ],
    ]);
  });

  it("take resources from other containers only where they have none", () => {
    const policy = (rest: Document) => ({
      resourcesPolicy: { targetContainersMode: "sum", resourcesExpr: { limits: { cpu: "cpu" } }, ...rest },
    });
    containerRows([
      [policy({}), ""],
      [
        policy({ targetContainersMode: "avg" }),
        'resourcesPolicy.targetContainersMode: expected one of "sum", "max", got "avg"',
      ],
      [
        policy({ targetContainersNameRegex: "" }),
        'resourcesPolicy.targetContainersNameRegex: required, got ""',
      ],
      [
        policy({ targetContainersNameRegex: "a(b" }),
        'resourcesPolicy.targetContainersNameRegex: expected a regular expression: missing ), got "a(b"',
      ],
      [policy({ resourcesExpr: {} }), "resourcesPolicy.resourcesExpr: expected limits or requests, got {}"],
      [
        policy({
          resourcesExpr: { limits: { cpu: "max(cpu*50%, 50m)" }, requests: { memory: "memory + " } },
        }),
        'resourcesPolicy.resourcesExpr.requests.memory: it ends too early, in "memory + "',
      ],
      [
        policy({ resourcesExpr: { limits: { cpu: "memory*2" } } }),
        'resourcesPolicy.resourcesExpr.limits.cpu: unknown variable "memory", expected cpu, in "memory*2"',
      ],
    ]);
    const both = problems(sidecarSet({}, { ...policy({}), resources: { limits: { cpu: 1 } } }));
    assert.equal(both.length, 1);
    assert.match(
      both[0] ?? "",
      /resourcesPolicy: not allowed together with resources\.limits or resources\.requests/,
    );
  });
});

describe("init containers", () => {
  it("are probed and hooked only as native sidecars, which any strategy may have", () => {
    const probe = { exec: { command: ["true"] } };
    const only =
      'not allowed for an init container without restartPolicy "Always", got {"exec":{"command":["true"]}}';
    initRows([
      [
        { restartPolicy: "Always", livenessProbe: probe, startupProbe: probe, lifecycle: { preStop: probe } },
        "",
      ],
      [{ startupProbe: probe }, `startupProbe: ${only}`],
      [
        { livenessProbe: probe },
        `livenessProbe: not allowed for an init container without restartPolicy "Always", got {"exec":{"command":["true"]},"timeoutSeconds":1,"periodSeconds":...`,
      ],
      [{ restartPolicy: "OnFailure" }, 'restartPolicy: expected "Always" or nothing, got "OnFailure"'],
    ]);
  });
});

describe("volumes", () => {
  it("have a name and one known source with what it needs", () => {
    const rows: [Document, string][] = [
      [{ name: "a", hostPath: { path: "/x", type: "" } }, ""],
      [
        { name: "a", emptyDir: {}, secret: { secretName: "s" } },
        "spec.volumes[0]: expected exactly one kind of volume, got 2",
      ],
      [
        { name: "a", empty: {} },
        'spec.volumes[0]: expected a kind of volume that Kubernetes knows, got "empty"',
      ],
      [{ emptyDir: {} }, "spec.volumes[0].name: required, got nothing"],
      [{ name: "a", secret: {} }, "spec.volumes[0].secret.secretName: required, got nothing"],
      [
        { name: "a", configMap: { name: "c", defaultMode: 512 } },
        "spec.volumes[0].configMap.defaultMode: expected file permissions from 0 to 511 (0777), got 512",
      ],
      [
        { name: "a", hostPath: { path: "/x/../y" } },
        'spec.volumes[0].hostPath.path: expected a path without .., got "/x/../y"',
      ],
      [
        { name: "a", emptyDir: { sizeLimit: "much" } },
        'spec.volumes[0].emptyDir.sizeLimit: expected a quantity from 0, got "much"',
      ],
      [
        {
          name: "a",
          projected: {
            sources: [
              { secret: { name: "s", items: [{ key: "k", path: "p" }] } },
              { downwardAPI: { items: [{ path: "p", fieldRef: { fieldPath: "metadata.name" } }] } },
            ],
          },
        },
        'spec.volumes[0].projected.sources[1].downwardAPI.items[0].path: expected a path that no other item of the volume has, got "p"',
      ],
      [
        { name: "a", projected: { sources: [{ secret: { name: "s" }, configMap: { name: "c" } }] } },
        "spec.volumes[0].projected.sources[0]: expected one kind of source, got several",
      ],
      [
        {
          name: "a",
          secret: {
            secretName: "s",
            items: [
              { key: "k", path: "p" },
              { key: "l", path: "p" },
            ],
          },
        },
        "",
      ],
    ];
    for (const [volume, problem] of rows) {
      assert.deepEqual(problems(sidecarSet({ volumes: [volume] })), problem === "" ? [] : [problem]);
    }
    assert.deepEqual(problems(sidecarSet({ volumes: [{ name: "a" }, { name: "a" }] })), [
      'spec.volumes[1].name: expected a name that no other volume of the set has, got "a"',
    ]);
  });
});

describe("patches of Pod metadata", () => {
  it("set annotations, each in one entry", () => {
    specRows([
      [
        { patchPodMetadata: [{}] },
        "patchPodMetadata[0].annotations: expected at least one annotation, got nothing",
      ],
      [
        { patchPodMetadata: [{ annotations: { a: "1" } }, { annotations: { a: "2" } }] },
        "patchPodMetadata[1].annotations[a]: expected each annotation in one entry only",
      ],
      [
        { patchPodMetadata: [{ annotations: { a: "1" }, patchPolicy: "Keep" }] },
        'patchPodMetadata[0].patchPolicy: expected one of "Retain", "Overwrite", "MergePatchJson", got "Keep"',
      ],
    ]);
  });
});

describe("the allow-list of annotations", () => {
  const rules = [
    { allowedAnnotationKeyExprs: ["^example\\.com/"] },
    { selector: { matchLabels: { team: "mesh" } }, allowedAnnotationKeyExprs: ["mesh$"] },
  ];
  const settings = { patchPodMetadataAllowList: { rules } };
  const set = sidecarSet({ patchPodMetadata: [{ annotations: { "example.com/a": "1", "my-mesh": "2" } }] });

  it("holds sets to the keys that the rules for their labels name", () => {
    assert.deepEqual(problems(set, { settings }), [
      "spec.patchPodMetadata[0].annotations[my-mesh]: not allowed by the policy's patchPodMetadataAllowList",
    ]);
    const mesh = structuredClone(set);
    mesh["metadata"].labels = { team: "mesh" };
    assert.deepEqual(problems(mesh, { settings }), []);
  });

  it("allows everything without a rule for the set", () => {
    assert.deepEqual(problems(set, { settings: { patchPodMetadataAllowList: { rules: [rules[1]] } } }), []);
    assert.deepEqual(problems(set, { settings: { patchPodMetadataAllowList: {} } }), []);
  });

  it("is checked with the settings", () => {
    assert.equal(settingsProblem(settings), "");
    const misspelt = { annotationKeyExprs: ["^example"] };
    const broken = [{ selector: { matchLabels: 1 }, allowedAnnotationKeyExprs: ["("] }, "x", misspelt];
    const lines = settingsProblem({ patchPodMetadataAllowList: { rules: broken } }).split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(":")[0]),
      [
        "patchPodMetadataAllowList.rules[0].selector.matchLabels",
        "patchPodMetadataAllowList.rules[1]",
        "patchPodMetadataAllowList.rules[0].allowedAnnotationKeyExprs[0]",
        "patchPodMetadataAllowList.rules[2].allowedAnnotationKeyExprs",
      ],
    );
  });
});

describe("an update", () => {
  it("may remove containers, not add or rename them or change how they are upgraded", () => {
    const two = stored(
      sidecarSet({
        containers: [
          { name: "a", image: "a" },
          { name: "b", image: "b" },
        ],
      }),
    );
    const one = structuredClone(two);
    one["spec"].containers.pop();
    assert.deepEqual(problems(one, { old: two }), []);
    assert.deepEqual(problems(two, { old: one }), [
      'spec.containers[1].name: expected the name of a container that the set had before, because containers cannot be added, got "b"',
    ]);
    const hot = structuredClone(two);
    hot["spec"].containers[0].upgradeStrategy = { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "e:1" };
    assert.deepEqual(problems(hot, { old: two }), [
      'spec.containers[0].upgradeStrategy.upgradeType: expected the upgrade type to stay as it is, because it cannot change, got "HotUpgrade"',
    ]);
  });

  it("of a set that is being deleted is let through", () => {
    const set = sidecarSet({ selector: {} });
    set["metadata"].deletionTimestamp = "2026-01-01T00:00:00Z";
    assert.deepEqual(problems(set, { old: set }), []);
  });
});

describe("problems", () => {
  it("are told all at once, wrong kinds included", () => {
    const lines = problems({
      metadata: { name: 5 },
      spec: {
        selector: "x",
        containers: [{ name: true, ports: {}, env: ["A"] }, "x"],
        paused: "yes",
        volumes: 1,
      },
    });
    assert.deepEqual(lines.slice(0, 8), [
      "metadata.name: expected a text, got 5",
      'spec.selector: expected an object, got "x"',
      "spec.containers[0].name: expected a text, got true",
      "spec.containers[0].ports: expected a list, got {}",
      'spec.containers[0].env[0]: expected an object, got "A"',
      'spec.containers[1]: expected an object, got "x"',
      "spec.volumes: expected a list, got 1",
      'spec.paused: expected true or false, got "yes"',
    ]);
  });

  it("beyond a hundred are counted", () => {
    const containers = Array.from({ length: 80 }, (_, i) => ({ name: `c${i}`, image: "", ports: [{}] }));
    const lines = problems(sidecarSet({ containers }));
    assert.equal(lines.length, 101);
    assert.equal(lines[100], "and 60 more problems");
  });
});
