import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { podCodec } from "../../../controller/k8s/codec/pod-codec.ts";
import { samePod } from "../../../controller/model/same-pod.ts";
import { podFields, podListBytes, type WirePod, watchEventBytes } from "./pod-wire.ts";
import { bytesField, integerField, textField, WildWriter } from "./protobuf-writer.ts";

const protobufType = "application/vnd.kubernetes.protobuf";
const runs = { numRuns: Number(process.env["FUZZ_RUNS"] ?? 300) };

const word = fc.oneof(
  fc.constantFrom(
    "",
    "a",
    "app",
    "web-1",
    "nginx:1.27",
    "constructor",
    "__proto__",
    "ü",
    "日本",
    "x".repeat(300),
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => text.isWellFormed()),
);
const key = fc.oneof(
  word,
  fc.constantFrom(
    "kruise.io/sidecarset-hash",
    "kruise.io/sidecarset-injected-list",
    "kruise.io/other",
    "version.sidecarset.kruise.io/log-1",
    "versionalt.sidecarset.kruise.io/log-1",
  ),
);
const stringMap = fc
  .array(fc.tuple(key, word), { maxLength: 5 })
  .map((entries): Record<string, string> => Object.fromEntries(entries));
const time = fc.integer({ min: 1, max: 4_000_000_000 }).map((seconds) => {
  const text = new Date(seconds * 1000).toISOString();
  return text.replace(".000Z", "Z");
});
const container = fc.record(
  { name: word, image: word, restartPolicy: fc.constantFrom("", "Always") },
  { requiredKeys: ["name"] },
);
const containerStatus = fc.record({
  name: word,
  image: word,
  imageID: word,
  ready: fc.boolean(),
  restartCount: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});
const condition = fc.record(
  {
    type: fc.constantFrom("Ready", "SidecarSetUpgradable", "PodScheduled", "Initialized"),
    status: fc.constantFrom("True", "False", "Unknown"),
    lastTransitionTime: fc.option(time),
    reason: word,
    message: word,
  },
  { requiredKeys: ["type", "status"] },
);
const wirePod: fc.Arbitrary<WirePod> = fc.record(
  {
    metadata: fc.record(
      {
        name: word.filter((name) => name !== ""),
        namespace: word,
        uid: fc.uuid(),
        resourceVersion: fc.nat().map(String),
        creationTimestamp: fc.option(time),
        deletionTimestamp: time,
        labels: stringMap,
        annotations: stringMap,
        ownerReferences: fc.array(
          fc.record(
            { apiVersion: word, kind: word, name: word, uid: word, controller: fc.boolean() },
            { requiredKeys: ["apiVersion", "kind", "name", "uid"] },
          ),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: ["name", "uid", "resourceVersion"] },
    ),
    spec: fc.record(
      {
        nodeName: word,
        containers: fc.array(container, { maxLength: 3 }),
        initContainers: fc.array(container, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
    status: fc.record(
      {
        phase: fc.constantFrom("Pending", "Running", "Succeeded", "Failed", "Unknown"),
        conditions: fc.uniqueArray(condition, { maxLength: 4, selector: ({ type }) => type }),
        containerStatuses: fc.array(containerStatus, { maxLength: 3 }),
        initContainerStatuses: fc.array(containerStatus, { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["metadata"] },
);

const jsonOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test("a list in protobuf and in JSON gives the same records, whatever the order of fields and unknown ones", () => {
  const codec = podCodec();
  fc.assert(
    fc.property(fc.array(wirePod, { maxLength: 4 }), fc.nat(), word, (pods, seed, token) => {
      const metadata = { resourceVersion: "77", continue: token };
      const json = codec.decoder("application/json").page(jsonOf({ metadata, items: pods }));
      const bytes = podListBytes(pods, metadata, new WildWriter(seed));
      assert.deepEqual(codec.decoder(protobufType).page(bytes), json);
      assert.equal(json.items.length, pods.length);
    }),
    runs,
  );
});

test("watch events in protobuf and in JSON are the same", () => {
  const codec = podCodec();
  const types = fc.constantFrom("ADDED", "MODIFIED", "DELETED");
  fc.assert(
    fc.property(wirePod, types, fc.nat(), (pod, type, seed) => {
      const writer = new WildWriter(seed);
      const frame = watchEventBytes(type, "Pod", writer.message(podFields(pod, writer)), writer);
      const json = codec.decoder("application/json;stream=watch").event(jsonOf({ type, object: pod }));
      const protobuf = codec.decoder(`${protobufType};stream=watch`).event(frame);
      assert.deepEqual(protobuf, json);
      assert.ok(protobuf.kind !== "bookmark" && protobuf.kind !== "error" && json.kind === protobuf.kind);
      assert.ok(samePod(protobuf.object, json.object));
    }),
    runs,
  );
});

const full: WirePod = {
  metadata: {
    name: "web-1",
    namespace: "shop",
    uid: "u-1",
    resourceVersion: "42",
    creationTimestamp: "2026-01-02T03:04:05Z",
    deletionTimestamp: "2026-01-02T04:04:05Z",
    labels: { app: "web", tier: "front" },
    annotations: { "kruise.io/sidecarset-hash": "{}", "example.com/other": "dropped" },
    ownerReferences: [
      { apiVersion: "v1", kind: "ConfigMap", name: "not-me", uid: "o-0" },
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-5d", uid: "o-1", controller: true },
    ],
  },
  spec: {
    nodeName: "node-7",
    containers: [{ name: "main", image: "nginx:1.27" }],
    initContainers: [{ name: "mesh", image: "mesh:2", restartPolicy: "Always" }],
  },
  status: {
    phase: "Running",
    conditions: [
      { type: "Ready", status: "True", lastTransitionTime: "2026-01-02T03:05:00Z" },
      { type: "SidecarSetUpgradable", status: "False", reason: "UpdateImmutableField", message: "{}" },
    ],
    containerStatuses: [
      { name: "main", image: "nginx:1.27", imageID: "nginx@sha256:1", ready: true, restartCount: 3 },
    ],
    initContainerStatuses: [
      { name: "mesh", image: "mesh:2", imageID: "mesh@sha256:2", ready: false, restartCount: 0 },
    ],
  },
};

const map = (entries: Record<string, string>): object => Object.assign(Object.create(null), entries);

test("a record has every member where the API has it", () => {
  const event = podCodec()
    .decoder("application/json")
    .event(jsonOf({ type: "ADDED", object: full }));
  assert.deepEqual(event, {
    kind: "added",
    object: {
      namespace: "shop",
      name: "web-1",
      uid: "u-1",
      resourceVersion: "42",
      labels: map({ app: "web", tier: "front" }),
      annotations: map({ "kruise.io/sidecarset-hash": "{}" }),
      creationTimestamp: Date.parse("2026-01-02T03:04:05Z"),
      deletionTimestamp: Date.parse("2026-01-02T04:04:05Z"),
      nodeName: "node-7",
      phase: "Running",
      ready: true,
      readyTransitionTime: Date.parse("2026-01-02T03:05:00Z"),
      upgradable: { status: "False", reason: "UpdateImmutableField", message: "{}" },
      containers: [{ name: "main", image: "nginx:1.27", restartPolicy: "" }],
      initContainers: [{ name: "mesh", image: "mesh:2", restartPolicy: "Always" }],
      containerStatuses: [
        { name: "main", image: "nginx:1.27", imageID: "nginx@sha256:1", ready: true, restartCount: 3 },
      ],
      initContainerStatuses: [
        { name: "mesh", image: "mesh:2", imageID: "mesh@sha256:2", ready: false, restartCount: 0 },
      ],
      owner: { kind: "ReplicaSet", name: "web-5d", uid: "o-1" },
    },
  });
});

test("Pods share equal labels, containers, statuses and owners, across both formats; the labels are frozen", () => {
  const codec = podCodec();
  const other: WirePod = {
    ...full,
    metadata: { ...full.metadata, name: "web-2", labels: { tier: "front", app: "web" } },
  };
  const list = { resourceVersion: "1", continue: "" };
  const [a] = codec.decoder(protobufType).page(podListBytes([full], list, new WildWriter(1))).items;
  const [b] = codec.decoder("application/json").page(jsonOf({ metadata: list, items: [other] })).items;
  assert.ok(a !== undefined && b !== undefined);
  for (const member of [
    "labels",
    "containers",
    "initContainers",
    "containerStatuses",
    "initContainerStatuses",
    "owner",
  ] as const) {
    assert.equal(a[member], b[member], member);
  }
  assert.ok(Object.isFrozen(a.labels));
});

test("bookmarks and errors are read in both formats", () => {
  const codec = podCodec();
  const writer = new WildWriter(3);
  const entry = writer.message([textField(1, "k8s.io/initial-events-end"), textField(2, "true")]);
  const metadata = writer.message([textField(6, "99"), bytesField(12, entry)]);
  const bookmark = watchEventBytes("BOOKMARK", "Pod", writer.message([bytesField(1, metadata)]), writer);
  const annotations = { "k8s.io/initial-events-end": "true" };
  const jsonBookmark = { type: "BOOKMARK", object: { metadata: { resourceVersion: "99", annotations } } };
  const want = { kind: "bookmark", resourceVersion: "99", initialEventsEnd: true };
  assert.deepEqual(codec.decoder(protobufType).event(bookmark), want);
  assert.deepEqual(codec.decoder("application/json").event(jsonOf(jsonBookmark)), want);

  const details = writer.message([integerField(5, 7)]);
  const status = writer.message([
    textField(3, "busy"),
    textField(4, "TooManyRequests"),
    bytesField(5, details),
    integerField(6, 429),
  ]);
  const error = watchEventBytes("ERROR", "Status", status, writer);
  const object = {
    code: 429,
    reason: "TooManyRequests",
    message: "busy",
    details: { retryAfterSeconds: 7 },
  };
  for (const event of [
    codec.decoder(protobufType).event(error),
    codec.decoder("application/json").event(jsonOf({ type: "ERROR", object })),
  ]) {
    assert.ok(event.kind === "error");
    const { status, reason, message, retryAfterSeconds } = event.error;
    assert.deepEqual(
      { status, reason, message, retryAfterSeconds },
      { status: 429, reason: "TooManyRequests", message: "watch: busy", retryAfterSeconds: 7 },
    );
  }
});

test("bytes cut anywhere are refused or read short, and never end in another error", () => {
  const codec = podCodec();
  const bytes = podListBytes([full], { resourceVersion: "1", continue: "" }, new WildWriter(9));
  for (let length = 0; length < bytes.length; length += 1) {
    try {
      codec.decoder(protobufType).page(bytes.subarray(0, length));
    } catch (error) {
      assert.ok(error instanceof Error && error.name === "DecodeError", `cut at ${length}: ${String(error)}`);
    }
  }
});

test("random bytes are refused as such", () => {
  const codec = podCodec();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const bytes = Buffer.concat([Buffer.from("k8s\0"), noise]);
      try {
        codec.decoder(protobufType).page(bytes);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === "DecodeError", String(error));
      }
    }),
    runs,
  );
});

test("a format that was not asked for is refused", () => {
  assert.throws(() => podCodec().decoder("text/html"), { name: "DecodeError", message: /text\/html/ });
});
