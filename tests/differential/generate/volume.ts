import * as fc from "fast-check";
import { volumeName } from "./container.ts";
import { type Json, type JsonObject, memory, mostly, oneOf, some, sparse } from "./values.ts";

const mode = mostly(oneOf<Json>(420, 256, 0, 511), oneOf<Json>(512, -1));
const items = some(
  sparse(
    {
      key: mostly(oneOf("k", "a.b"), oneOf("")),
      path: mostly(oneOf("p", "a/b"), oneOf("", "../x", "/abs")),
      mode,
    },
    ["key", "path"],
  ),
  2,
);
const downwardItem = mostly(
  fc.oneof(
    fc.record({
      path: oneOf("p", "q/r"),
      fieldRef: fc.record({
        fieldPath: oneOf("metadata.name", "metadata.labels", "metadata.annotations['a']"),
      }),
    }),
    fc.record({
      path: oneOf("c"),
      resourceFieldRef: fc.record({
        containerName: oneOf("one"),
        resource: oneOf("limits.cpu", "requests.memory"),
      }),
    }),
  ),
  oneOf<Json>(
    { path: "p" },
    { path: "", fieldRef: { fieldPath: "metadata.name" } },
    { path: "p", fieldRef: { fieldPath: "status.podIP" } },
    { path: "c", resourceFieldRef: { resource: "limits.cpu" } },
  ),
  30,
);
const token = sparse(
  {
    path: oneOf("token"),
    audience: oneOf("a"),
    expirationSeconds: mostly(oneOf<Json>(3600, 600), oneOf<Json>(5, 0)),
  },
  ["path"],
  2,
);
const projection: fc.Arbitrary<Json> = mostly(
  fc.oneof(
    fc.record({ serviceAccountToken: token }),
    fc.record({ configMap: sparse({ name: oneOf("cm"), items, optional: fc.boolean() }, ["name"]) }),
    fc.record({ secret: sparse({ name: oneOf("s"), items }, ["name"]) }),
    fc.record({ downwardAPI: fc.record({ items: some(downwardItem, 2) }) }),
  ),
  oneOf<Json>(
    {},
    { secret: { name: "a" }, configMap: { name: "b" } },
    { configMap: {} },
    { serviceAccountToken: { path: "..t" } },
    { serviceAccountToken: { path: "t", expirationSeconds: 4294967297 } },
    { clusterTrustBundle: { path: "p" } },
    { clusterTrustBundle: { name: "n", path: "p" } },
    { clusterTrustBundle: { name: "n" } },
  ),
  30,
);

const claim: Json = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

/** Kinds that few use, complete and lacking something. */
const rare: fc.Arbitrary<JsonObject> = mostly(
  oneOf<JsonObject>(
    { ephemeral: { volumeClaimTemplate: { spec: claim } } },
    { iscsi: { targetPortal: "10.0.0.1", iqn: "iqn.2001-04.com.example:a", lun: 0 } },
    { fc: { wwids: ["a"] } },
    { cephfs: { monitors: ["a"] } },
    { rbd: { monitors: ["a"], image: "i" } },
    { azureFile: { secretName: "s", shareName: "n" } },
    { flexVolume: { driver: "a/b" } },
    { vsphereVolume: { volumePath: "p" } },
    { csi: { driver: "d", nodePublishSecretRef: { name: "s" } } },
  ),
  oneOf<JsonObject>(
    { ephemeral: {} },
    { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"] } } } },
    { ephemeral: { volumeClaimTemplate: { metadata: { labels: { "a b": "c" } }, spec: claim } } },
    { iscsi: { targetPortal: "10.0.0.1" } },
    { fc: {} },
    { fc: { targetWWNs: ["a"], wwids: ["b"], lun: 1 } },
    { cephfs: { monitors: [] } },
    { rbd: { monitors: ["a"] } },
    { azureDisk: { diskName: "d" } },
    { flocker: {} },
    { glusterfs: { endpoints: "e" } },
    { quobyte: { registry: "r" } },
    { scaleIO: { gateway: "g", system: "s" } },
    { cinder: {} },
    { gitRepo: {} },
    { image: {} },
    { csi: { driver: "d", nodePublishSecretRef: {} } },
  ),
  4,
);

const source: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 1, arbitrary: rare },
  {
    weight: 4,
    arbitrary: fc.record({
      emptyDir: sparse(
        {
          medium: mostly(oneOf("Memory", "", "HugePages"), oneOf("x")),
          sizeLimit: mostly(memory, oneOf("-1")),
        },
        [],
        2,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record({
      hostPath: sparse(
        {
          path: mostly(oneOf("/a", "a"), oneOf("", "/a/..")),
          type: mostly(oneOf("", "Directory", "File"), oneOf("x")),
        },
        ["path"],
        2,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      configMap: sparse({ name: oneOf("cm"), defaultMode: mode, items, optional: fc.boolean() }, ["name"]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      secret: sparse(
        { secretName: mostly(oneOf("s"), oneOf("")), defaultMode: mode, items, optional: fc.boolean() },
        ["secretName"],
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      downwardAPI: sparse({ items: some(downwardItem, 2), defaultMode: mode }, ["items"]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      projected: sparse({ sources: some(projection, 2), defaultMode: mode }, ["sources"]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      persistentVolumeClaim: sparse({ claimName: mostly(oneOf("c"), oneOf("")), readOnly: fc.boolean() }, [
        "claimName",
      ]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      nfs: sparse(
        {
          server: mostly(oneOf("s"), oneOf("")),
          path: mostly(oneOf("/p"), oneOf("", "rel")),
          readOnly: fc.boolean(),
        },
        ["server", "path"],
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      csi: sparse({ driver: mostly(oneOf("d.io"), oneOf("")), volumeAttributes: oneOf<Json>({ a: "b" }) }, [
        "driver",
      ]),
    }),
  },
);

function named(name: Json, found: JsonObject): JsonObject {
  return { name, ...found };
}

/** Every name that containers mount, now and then one less or a second source. */
export const volumes: fc.Arbitrary<Json[]> = fc
  .tuple(
    fc.tuple(source, source, source),
    mostly(oneOf<JsonObject>({ persistentVolumeClaim: { claimName: "c" } }), source, 10),
    mostly(
      fc.constant<Json[]>([]),
      fc.array(
        fc.tuple(mostly(volumeName, oneOf("", "A_b")), source).map(([name, found]) => named(name, found)),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    mostly(fc.constant(4), fc.integer({ min: 0, max: 3 }), 20),
  )
  .map(([[data, logs, conf], raw, more, kept]) => [
    ...[named("data", data), named("logs", logs), named("conf", conf), named("raw", raw)].slice(0, kept),
    ...more,
  ]);
