import assert from "node:assert/strict";
import type { Answer } from "../control-plane/api-client.ts";
import { container, containerNames } from "./cluster-objects.ts";
import { type Case, kubectl } from "./environment.ts";
import { Fixture } from "./fixture.ts";

const first = container("first", "first:1", {
  podInjectPolicy: "BeforeAppContainer",
  shareVolumePolicy: { type: "enabled" },
  shareVolumeDevicePolicy: { type: "enabled" },
  transferEnv: [
    { sourceContainerName: "app", envName: "MODE" },
    {
      sourceContainerNameFrom: { fieldRef: { fieldPath: "metadata.labels['main']" } },
      envNames: ["ZONE", "POD_IP"],
    },
  ],
  volumeMounts: [{ name: "own", mountPath: "/own" }],
  livenessProbe: { httpGet: { path: "/", port: 80 } },
  resourcesPolicy: {
    targetContainersMode: "sum",
    targetContainersNameRegex: "^(app|worker)$",
    resourcesExpr: {
      limits: { cpu: "max(cpu*50%, 50m)", memory: "memory*25%" },
      requests: { cpu: "cpu*10%" },
    },
  },
});

const spec = {
  containers: [
    first,
    container("twin", "twin:2"),
    container("last", "last:1", { podInjectPolicy: "AfterAppContainer" }),
  ],
  initContainers: [container("setup", "setup:1", { command: ["true"] })],
  volumes: [
    { name: "own", emptyDir: { sizeLimit: "1Gi" } },
    { name: "unused", emptyDir: {} },
  ],
  imagePullSecrets: [{ name: "registry" }],
  patchPodMetadata: [
    { annotations: { "example.com/kept": "theirs", "example.com/new": "ours" }, patchPolicy: "Retain" },
    { annotations: { "example.com/replaced": "ours" }, patchPolicy: "Overwrite" },
    {
      annotations: { "example.com/merged": '{"b":{"c":3},"gone":null}', "example.com/json": '{"a":1}' },
      patchPolicy: "MergePatchJson",
    },
  ],
};

const annotations = {
  "example.com/kept": "mine",
  "example.com/replaced": "mine",
  "example.com/merged": '{"a":1,"b":{"d":4},"gone":2}',
};

const podSpec = {
  containers: [
    container("app", "nginx:1.15.1", {
      env: [
        { name: "MODE", value: "fast" },
        { name: "ZONE", value: "a" },
        { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        { name: "TENANT", value: "blue" },
      ],
      volumeMounts: [{ name: "data", mountPath: "/data", subPathExpr: "logs/$(TENANT)" }],
      volumeDevices: [{ name: "disk", devicePath: "/dev/disk" }],
      resources: { limits: { cpu: "300m", memory: "128Mi" }, requests: { cpu: "200m" } },
    }),
    container("twin", "twin:1"),
    container("worker", "worker:1", {
      resources: { limits: { cpu: "200m", memory: "128Mi" }, requests: { cpu: "50m" } },
    }),
  ],
  volumes: [
    { name: "data", emptyDir: {} },
    { name: "disk", persistentVolumeClaim: { claimName: "disk" } },
  ],
  imagePullSecrets: [{ name: "mine" }],
};

/** Everything that a sidecar can bring along, in one Pod that the API server checks and defaults. */
export const allFeatures: Case = {
  name: "order, shared volumes and devices, transferred environment, computed resources, pull secrets, metadata: as they stand in the API server's Pod",
  async run(environment) {
    await using features = await Fixture.make(environment, "features");
    await features.createSet(spec);
    // Nobody provides the disk, so that the Pod is looked at as it was admitted and not waited for.
    const labels = { main: "app" };
    const made = await features.createPod("one", { labels, annotations, spec: podSpec });
    assert.deepEqual(containerNames(made), ["first", "app", "twin", "worker", "last"]);
    const [injected, , twin] = made.spec.containers;
    assert.equal(twin.image, "twin:2", "a container of the Pod's own is replaced in its place");
    const paths = (mounts: Answer["body"][]): string[] => mounts.map(({ mountPath }) => mountPath);
    assert.deepEqual(
      paths(injected.volumeMounts).filter((path) => !path.startsWith("/var/run/secrets/")),
      ["/own", "/data"],
    );
    assert.deepEqual(injected.volumeDevices, [{ name: "disk", devicePath: "/dev/disk" }]);
    assert.deepEqual(
      injected.env.map(({ name, value, valueFrom }: Answer["body"]) => [
        name,
        value ?? valueFrom.fieldRef.fieldPath,
      ]),
      [
        ["IS_INJECTED", "true"],
        ["MODE", "fast"],
        ["POD_IP", "status.podIP"],
        ["ZONE", "a"],
        ["TENANT", "blue"],
      ],
    );
    assert.deepEqual(injected.resources, {
      limits: { cpu: "250m", memory: "64Mi" },
      requests: { cpu: "25m", memory: "64Mi" },
    });
    assert.equal(injected.livenessProbe.periodSeconds, 10);
    const names = (objects: Answer["body"][]): string[] => objects.map(({ name }) => name);
    assert.deepEqual(names(made.spec.imagePullSecrets), ["mine", "registry"]);
    assert.deepEqual(names(made.spec.initContainers), ["setup"]);
    const volumes = names(made.spec.volumes);
    assert.ok(volumes.includes("own") && !volumes.includes("unused"), volumes.join());
    const seen = Object.entries(made.metadata.annotations).filter(([key]) => key.startsWith("example.com/"));
    assert.deepEqual(Object.fromEntries(seen), {
      "example.com/kept": "mine",
      "example.com/new": "ours",
      "example.com/replaced": "ours",
      "example.com/merged": '{"a":1,"b":{"c":3,"d":4}}',
      "example.com/json": '{"a":1}',
    });
  },
};

/** What cannot be done for a Pod keeps it from being created, and its author learns why. */
export const featuresRefused: Case = {
  name: "kubectl shows why a Pod is refused whose sidecar's resources cannot be computed, or whose annotation cannot be merged",
  async run(environment) {
    await using refused = await Fixture.make(environment, "refused");
    const resourcesPolicy = {
      targetContainersMode: "max",
      targetContainersNameRegex: "^main$",
      resourcesExpr: { limits: { cpu: "cpu-1" } },
    };
    await refused.createSet({ containers: [container("agent", "agent:1", { resourcesPolicy })] });
    const apply = async (metadata: object, containers: readonly unknown[]): Promise<string> => {
      const labels = { app: refused.name };
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "one", labels, ...metadata } };
      const output = await kubectl(environment, ["-n", refused.name, "create", "-f", "-"], {
        ...pod,
        spec: { containers },
      });
      assert.equal(output.code, 1, output.stdout);
      return output.stderr;
    };
    const resources = { limits: { cpu: "500m" } };
    assert.match(await apply({}, [container("app", "nginx")]), /denied the request: .*refused.*\^main\$/s);
    const main = [container("main", "nginx", { resources })];
    assert.match(await apply({}, main), /denied the request: .*cpu-1/s);

    const annotations = { "example.com/merged": '{"a":1}' };
    await refused.edit({
      containers: [container("agent", "agent:1")],
      patchPodMetadata: [{ annotations, patchPolicy: "MergePatchJson" }],
    });
    await refused.injectionReady();
    const noJson = await apply({ annotations: { "example.com/merged": "no JSON" } }, main);
    assert.match(noJson, /denied the request: .*example\.com\/merged/s);
  },
};
