import assert from "node:assert/strict";
import { test } from "node:test";
import { annotation, at, container, inject, names, pod, sidecarSet, validatePod } from "./policy.ts";

const HASH = "kruise.io/sidecarset-hash";

test("containers go ahead of or behind those of the Pod", () => {
  const set = sidecarSet("a", {
    containers: [
      { name: "nginx-sidecar", image: "nginx:1" },
      { name: "busybox-sidecar", image: "busybox:1", podInjectPolicy: "AfterAppContainer" },
    ],
  });
  assert.deepEqual(names(at(inject(pod(), set), "spec", "containers")), [
    "nginx-sidecar",
    "main",
    "busybox-sidecar",
  ]);
});

test("fields that only SidecarSets know do not reach the Pod", () => {
  const set = sidecarSet("a", {
    containers: [
      { name: "log", image: "log:1", shareVolumeDevicePolicy: { type: "disabled" }, transferEnv: [] },
    ],
  });
  const injected = container(inject(pod(), set), "log");
  for (const field of [
    "podInjectPolicy",
    "upgradeStrategy",
    "shareVolumePolicy",
    "shareVolumeDevicePolicy",
    "transferEnv",
    "resourcesPolicy",
  ]) {
    assert.ok(!(field in injected), field);
  }
});

test("several sets apply by name, those for the namespace first", () => {
  const containersOf = (name: string) => ({
    containers: [{ name, image: "i:1", podInjectPolicy: "AfterAppContainer" }],
  });
  const sets = [
    sidecarSet("c", containersOf("3")),
    sidecarSet("b", containersOf("2")),
    sidecarSet("z", { ...containersOf("1"), namespace: "shop" }),
  ];
  const injected = inject(pod(), ...sets);
  assert.deepEqual(names(at(injected, "spec", "containers")), ["main", "1", "2", "3"]);
  assert.equal(annotation(injected, "kruise.io/sidecarset-injected-list"), "b,c,z");
  assert.deepEqual(Object.keys(JSON.parse(annotation(injected, HASH))), ["b", "c", "z"]);
});

test("native sidecars stay native and plain init containers are not listed", () => {
  const set = sidecarSet("a", {
    initContainers: [
      { name: "setup", image: "i:1" },
      { name: "mesh", image: "i:1", restartPolicy: "Always" },
    ],
  });
  const injected = inject(pod({ initContainers: [{ name: "own", image: "o:1" }] }), set);
  assert.deepEqual(names(at(injected, "spec", "initContainers")), ["own", "mesh", "setup"]);
  assert.equal(at(container(injected, "mesh"), "restartPolicy"), "Always");
  const records: unknown = JSON.parse(annotation(injected, HASH));
  assert.deepEqual(at(records, "a", "sidecarList"), ["mesh"]);
});

test("own volumes come along, shared mounts bring their env", () => {
  const set = sidecarSet("a", {
    containers: [
      {
        name: "log",
        image: "log:1",
        shareVolumePolicy: { type: "enabled" },
        volumeMounts: [{ name: "own", mountPath: "/own" }],
      },
    ],
    volumes: [{ name: "own", emptyDir: {} }],
  });
  const env = [
    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "OD_NAME", value: "o" },
  ];
  const mount = { name: "data", mountPath: "/data", subPathExpr: "foo/$(POD_NAME)/$(OD_NAME)/conf" };
  const injected = inject(
    pod({
      containers: [{ name: "main", env, volumeMounts: [mount] }],
      volumes: [{ name: "data", emptyDir: {} }],
    }),
    set,
  );
  assert.deepEqual(at(container(injected, "log"), "volumeMounts"), [
    { name: "own", mountPath: "/own" },
    mount,
  ]);
  assert.deepEqual(at(container(injected, "log"), "env"), [{ name: "IS_INJECTED", value: "true" }, ...env]);
  assert.deepEqual(names(at(injected, "spec", "volumes")), ["data", "own"]);
});

for (const [how, source, metadata] of [
  ["name", { sourceContainerName: "main" }, {}],
  [
    "label",
    { sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.labels['biz']" } } },
    { labels: { app: "web", biz: "main" } },
  ],
  [
    "annotation",
    { sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.annotations['biz']" } } },
    { annotations: { biz: "main" } },
  ],
] as const) {
  test(`env is transferred from the container found by ${how}`, () => {
    const envNames = ["POD_NAME", "OD_NAME", "PROXY_IP"];
    const set = sidecarSet("a", {
      containers: [
        {
          name: "log",
          image: "log:1",
          env: [{ name: "OD_NAME", value: "own" }],
          transferEnv: [{ ...source, envNames }],
        },
      ],
    });
    const env = envNames.map((name) => ({ name, value: `of main` }));
    const injected = inject(pod({ containers: [{ name: "main", env }] }, metadata), set);
    assert.deepEqual(at(container(injected, "log"), "env"), [
      { name: "OD_NAME", value: "own" },
      { name: "IS_INJECTED", value: "true" },
      { name: "POD_NAME", value: "of main" },
      { name: "PROXY_IP", value: "of main" },
    ]);
  });
}

test("a hot-upgraded container is injected twice", () => {
  const set = sidecarSet("a", {
    containers: [
      {
        name: "mesh",
        image: "mesh:1",
        upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: "empty:1" },
      },
    ],
  });
  const injected = inject(pod(), set);
  assert.deepEqual(names(at(injected, "spec", "containers")), ["mesh-1", "mesh-2", "main"]);
  assert.equal(at(container(injected, "mesh-1"), "image"), "mesh:1");
  assert.equal(at(container(injected, "mesh-2"), "image"), "empty:1");
  assert.deepEqual(
    ["version", "versionalt"].flatMap((kind) =>
      ["1", "2"].map((n) => annotation(injected, `${kind}.sidecarset.kruise.io/mesh-${n}`)),
    ),
    ["1", "0", "0", "1"],
  );
  assert.equal(
    annotation(injected, "kruise.io/sidecarset-working-hotupgrade-container"),
    '{"mesh":"mesh-1"}',
  );
});

test("a canary takes the place of its base", () => {
  const containersOf = (image: string) => ({ containers: [{ name: "log", image }] });
  const base = sidecarSet("base", containersOf("log:1"));
  const canary = {
    ...sidecarSet("canary", containersOf("log:2")),
    metadata: {
      name: "canary",
      annotations: { "apps.kruise.io/sidecarset-canary": "true", "apps.kruise.io/sidecarset-base": "base" },
    },
  };
  const injected = inject(pod(), base, canary);
  assert.equal(at(container(injected, "log"), "image"), "log:2");
  assert.equal(annotation(injected, "kruise.io/sidecarset-injected-list"), "canary");
});

test("pull secrets of the set follow those of the Pod", () => {
  const named = (...list: string[]) => list.map((name) => ({ name }));
  const set = sidecarSet("a", {
    containers: [{ name: "x", image: "i" }],
    imagePullSecrets: named("s0", "s1", "s2"),
  });
  const injected = inject(pod({ imagePullSecrets: named("s2", "s3", "s3") }), set);
  assert.deepEqual(at(injected, "spec", "imagePullSecrets"), named("s2", "s3", "s0", "s1"));
});

test("a container of the Pod with a sidecar's name is replaced, and a paused set injects nothing", () => {
  const containers = [{ name: "main", image: "sidecar:1" }];
  assert.equal(at(container(inject(pod(), sidecarSet("a", { containers })), "main"), "image"), "sidecar:1");
  assert.match(
    validatePod(pod(), [sidecarSet("a", { containers })]).warnings?.[0] ?? "",
    /^sidecarset a: the Pod's own container main is replaced/,
  );
  const paused = sidecarSet("a", { containers, injectionStrategy: { paused: true } });
  assert.deepEqual(validatePod(pod(), [paused]), { accepted: true });
});

test("two sidecars of one name are both injected, as by the original, with a warning", () => {
  const containers = [{ name: "log", image: "log:1" }];
  const response = validatePod(pod(), [sidecarSet("a", { containers }), sidecarSet("b", { containers })]);
  assert.deepEqual(names(at(response.mutated_object, "spec", "containers")), ["log", "log", "main"]);
  assert.match(response.warnings?.[0] ?? "", /^sidecarset b: container log is brought by another/);
});

test("a sidecar that was injected before is replaced without a word", () => {
  const set = sidecarSet("a", { containers: [{ name: "log", image: "log:1" }] });
  const once = inject(pod(), set);
  assert.deepEqual(validatePod(once, [set]), { accepted: true, mutated_object: once });
});

test("env is transferred out of containers that were injected before, volumes are not shared out of them", () => {
  const injectedBefore = {
    name: "old",
    env: [
      { name: "IS_INJECTED", value: "true" },
      { name: "A", value: "of old" },
    ],
    volumeMounts: [{ name: "v", mountPath: "/v" }],
  };
  const sidecar = {
    name: "log",
    image: "log:1",
    shareVolumePolicy: { type: "enabled" },
    transferEnv: [{ sourceContainerName: "old", envName: "A" }],
  };
  const set = sidecarSet("a", { containers: [sidecar] });
  const injected = container(inject(pod({ containers: [injectedBefore] }), set), "log");
  assert.deepEqual(at(injected, "env"), [
    { name: "IS_INJECTED", value: "true" },
    { name: "A", value: "of old" },
  ]);
  assert.equal(at(injected, "volumeMounts"), undefined);
});

test("init containers heed podInjectPolicy, and are sorted by name", () => {
  const initContainers = [
    { name: "z", image: "i:1", podInjectPolicy: "BeforeAppContainer" },
    { name: "b", image: "i:1" },
    { name: "a", image: "i:1", podInjectPolicy: "BeforeAppContainer" },
  ];
  const injected = inject(pod({ initContainers: [{ name: "own" }] }), sidecarSet("s", { initContainers }));
  assert.deepEqual(names(at(injected, "spec", "initContainers")), ["a", "z", "own", "b"]);
});

test("a container and an init container of one name are told as well", () => {
  const sets = [
    sidecarSet("a", { containers: [{ name: "log", image: "log:1" }] }),
    sidecarSet("b", { initContainers: [{ name: "log", image: "log:1" }] }),
  ];
  assert.match(
    validatePod(pod(), sets).warnings?.[0] ?? "",
    /^sidecarset b: container log is brought by another/,
  );
});

test("a corrupt record rejects the Pod and says what to do", () => {
  const response = validatePod(pod({}, { annotations: { [HASH]: "{" } }), [
    sidecarSet("a", { containers: [{ name: "x", image: "i" }] }),
  ]);
  assert.equal(response.accepted, false);
  assert.equal(response.code, 422);
  assert.match(response.message ?? "", /kruise\.io\/sidecarset-hash\]: expected .*remove the annotation/);
});
