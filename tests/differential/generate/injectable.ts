import * as fc from "fast-check";
import type { Feature, Release } from "../original.ts";
import { envName } from "./container.ts";
import { expression, plainExpression } from "./expression.ts";
import { mergeText } from "./sidecarset.ts";
import { type Json, type JsonObject, mostly, oneOf, some, sparse, text } from "./values.ts";

const env = fc.oneof(
  fc.record({ name: envName, value: text }),
  fc.record({
    name: envName,
    valueFrom: oneOf<Json>(
      { fieldRef: { fieldPath: "metadata.name" } },
      { secretKeyRef: { name: "s", key: "k" } },
    ),
  }),
);
const mount = sparse(
  {
    name: oneOf("data", "logs", "conf"),
    mountPath: oneOf("/data", "/logs", "/conf", "/dev/x", "/a b", "/data/"),
    readOnly: fc.boolean(),
    subPathExpr: oneOf("$(A)/x"),
  },
  ["name", "mountPath"],
  4,
);
const mounts = fc.uniqueArray(mount, { maxLength: 3, selector: (found) => found["mountPath"] });
const fieldPath = oneOf(
  "metadata.labels['app']",
  "metadata.annotations['biz']",
  "metadata.labels['biz']",
  "metadata.annotations['a.b/c']",
  "metadata.labels['none']",
);
const transfer = sparse(
  {
    sourceContainerName: oneOf("main", "worker", "init", "log", "none", "native"),
    sourceContainerNameFrom: fc.record({
      fieldRef: sparse({ fieldPath, apiVersion: oneOf("v1") }, ["fieldPath"]),
    }),
    envName,
    envNames: fc.array(envName, { maxLength: 4 }),
  },
  [],
  1,
);
const type = (...types: string[]) => fc.record({ type: oneOf(...types) });

function policy(): fc.Arbitrary<JsonObject> {
  const text = (variable: string) => mostly(plainExpression(variable), expression(variable), 5);
  const side = sparse({ cpu: text("cpu"), memory: text("memory") }, ["cpu"], 1);
  return sparse(
    {
      targetContainersMode: oneOf("sum", "max"),
      targetContainersNameRegex: oneOf(
        ".*",
        "^main$",
        "worker|main",
        "^[mw]",
        "n$",
        "(?i)MAIN",
        "a+|o",
        "native.*",
        "[^m]ain",
        "\\w{4}",
        "(?:m|w).+",
        "main|",
      ),
      resourcesExpr: sparse({ limits: side, requests: side }, ["limits"], 1),
    },
    ["targetContainersMode", "targetContainersNameRegex", "resourcesExpr"],
  );
}

function fields(release: Release): Record<string, fc.Arbitrary<Json>> {
  const has = (feature: Feature) => release.features.includes(feature);
  return {
    image: oneOf("side:1", "side", "side@sha256:" + "0".repeat(64)),
    env: some(env, 3),
    volumeMounts: mounts,
    args: some(text, 2),
    command: some(text, 1),
    ports: fc.constant([{ containerPort: 8080 }]),
    podInjectPolicy: oneOf("BeforeAppContainer", "AfterAppContainer"),
    upgradeStrategy: sparse(
      { upgradeType: oneOf("HotUpgrade"), hotUpgradeEmptyImage: oneOf("empty:1") },
      [],
      1,
    ),
    shareVolumePolicy: type("enabled", "enabled", "disabled"),
    transferEnv: some(transfer, 3),
    livenessProbe: fc.constant({ httpGet: { port: 8080 } }),
    lifecycle: fc.constant({ preStop: { exec: { command: ["sleep", "1"] } } }),
    securityContext: fc.constant({ runAsUser: 0 }),
    ...(has("deviceVolumes") && {
      volumeDevices: some(fc.record({ name: fc.constant("raw"), devicePath: oneOf("/dev/y", "/dev/z") }), 1),
    }),
    ...(has("shareVolumeDevicePolicy") && {
      shareVolumeDevicePolicy: type("enabled", "enabled", "disabled"),
    }),
    ...(has("resourcesPolicy") && { resourcesPolicy: policy() }),
  };
}

function container(release: Release, name: fc.Arbitrary<string>, plain: boolean): fc.Arbitrary<JsonObject> {
  const all = fields(release);
  const { livenessProbe: _probe, lifecycle: _lifecycle, resourcesPolicy: _policy, ...simple } = all;
  return sparse({ name, ...(plain ? simple : all) }, ["name", "image"], 1);
}

function names(set: string): fc.Arbitrary<string> {
  return mostly(
    oneOf(`${set}-log`, `${set}-mesh`, `aa-${set}`),
    oneOf("main", "one", "log", "mesh-1", "worker", "x".repeat(61)),
    4,
  );
}

const annotationKey = oneOf("key1", "key2", "a.b/c", "biz", "kruise.io/sidecarset-hash");
const patch = fc.record({
  annotations: fc.dictionary(annotationKey, mergeText, { minKeys: 1, maxKeys: 1, noNullPrototype: true }),
  patchPolicy: oneOf("Retain", "Overwrite", "MergePatchJson", "MergePatchJson"),
});

const selector = mostly(
  oneOf<Json>(
    { matchLabels: { app: "web" } },
    { matchExpressions: [{ key: "app", operator: "Exists" }] },
    { matchExpressions: [{ key: "none", operator: "DoesNotExist" }] },
    { matchExpressions: [{ key: "app", operator: "NotIn", values: ["db"] }] },
    { matchExpressions: [{ key: "app", operator: "In", values: ["web", "db", ""] }] },
  ),
  oneOf<Json>(
    { matchLabels: { app: "web", tier: "db" } },
    { matchLabels: { app: "other" } },
    {
      matchLabels: { app: "web" },
      matchExpressions: [{ key: "tier", operator: "NotIn", values: ["a", "db"] }],
    },
  ),
  5,
);
const byNamespace = oneOf<Json>(
  { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
  { matchLabels: { "kubernetes.io/metadata.name": "other" } },
  { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["a", "shop"] }] },
  { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["shop"] }] },
  { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "Exists" }] },
  { matchLabels: { app: "web" } },
  { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] },
  {
    matchLabels: { "kubernetes.io/metadata.name": "shop" },
    matchExpressions: [{ key: "app", operator: "Exists" }],
  },
);

const volumes = ["data", "logs", "conf", "raw"].map((name) => ({
  name,
  ...(name === "raw" ? { persistentVolumeClaim: { claimName: "c" } } : { emptyDir: {} }),
}));

function several(found: fc.Arbitrary<JsonObject>, maxLength: number): fc.Arbitrary<JsonObject[]> {
  return fc.uniqueArray(found, { maxLength, selector: ({ name }) => name });
}

/** A SidecarSet that is valid, for what it does to Pods. */
export function injectable(release: Release, set: string): fc.Arbitrary<JsonObject> {
  const native = container(release, oneOf(`${set}-native`, "native"), false).map(
    (found): JsonObject => ({ ...found, restartPolicy: "Always" }),
  );
  const init = container(release, oneOf(`${set}-init`, "init", "zz-init"), true);
  const annotations = release.features.includes("canary")
    ? mostly(
        fc.constant({}),
        oneOf<JsonObject>(
          {
            "apps.kruise.io/sidecarset-canary": "true",
            "apps.kruise.io/sidecarset-base": set === "set-b" ? "set-a" : "set-b",
          },
          { "apps.kruise.io/sidecarset-canary": "true" },
        ),
        12,
      )
    : fc.constant({});
  const filled = fc.record({
    metadata: annotations.map(
      (found): JsonObject => ({ name: set, ...(Object.keys(found).length > 0 && { annotations: found }) }),
    ),
    spec: sparse(
      {
        selector,
        namespaceSelector: byNamespace,
        containers: mostly(several(container(release, names(set), false), 3), fc.constant([]), 12),
        initContainers: several(mostly(native, init, 1), 3),
        volumes: mostly(
          fc.constant<Json>(volumes),
          fc.constant<Json>([{ name: "data", hostPath: { path: "/a" } }, ...volumes.slice(1)]),
          3,
        ),
        imagePullSecrets: some(fc.record({ name: oneOf("s1", "s2", "s4") }), 3),
        patchPodMetadata: fc.uniqueArray(patch, {
          maxLength: 3,
          selector: (found) => Object.keys(found.annotations)[0],
        }),
        injectionStrategy: mostly(fc.constant({}), fc.constant({ paused: true }), 10),
        updateStrategy: fc.constant({ type: "NotUpdate" }),
      },
      ["selector", "containers", "volumes", "updateStrategy"],
      2,
    ),
  });
  return filled.map(({ metadata, spec }): JsonObject => {
    const none =
      spec["initContainers"] === undefined &&
      Array.isArray(spec["containers"]) &&
      spec["containers"].length === 0;
    return {
      metadata,
      spec: none ? { ...spec, containers: [{ name: `${set}-only`, image: "side:1" }] } : spec,
    };
  });
}
