import * as fc from "fast-check";
import { objectAt } from "../compare.ts";
import { priorityStrategy, scatterStrategy } from "./sidecarset.ts";
import { type Json, type JsonObject, mostly, oneOf, selector, sparse } from "./values.ts";

/** Stands in a generated Pod for the set's hash, which is known once the set is complete. */
export const HASH = "@hash";
export const HASH_WITHOUT_IMAGE = "@hash-without-image";

const DIGEST = "a@sha256:" + "0".repeat(64);
/** Each in one spelling: that `log:2` is `docker.io/library/log:2` is known here alone. */
const images = oneOf("log:1", "log:2", "docker.io/library/log:3", DIGEST, "a:1@sha256:" + "1".repeat(64));

const strategy = sparse(
  {
    selector,
    partition: oneOf<Json>(0, 1, 3, 100, "0%", "1%", "10%", "50%", "99%", "99.5%", "100%", "100.0%", "150%"),
    maxUnavailable: oneOf<Json>(0, 1, 2, 5, "0%", "1%", "20%", "50%", "100%"),
    priorityStrategy,
    scatterStrategy,
  },
  [],
  1,
);

/** A set that is rolled; the image of `log` differs from what most Pods run. */
export const rolledSet: fc.Arbitrary<JsonObject> = fc.tuple(images, strategy, fc.boolean()).map(
  ([image, { partition, ...rest }, two]): JsonObject => ({
    metadata: { name: "set", resourceVersion: "7" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      containers: [{ name: "log", image }, ...(two ? [{ name: "mesh", image: "mesh:2" }] : [])],
      updateStrategy: {
        type: "RollingUpdate",
        ...rest,
        ...(partition !== undefined && rest["selector"] === undefined && { partition }),
      },
    },
  }),
);

const times = fc.integer({ min: 0, max: 40 });
function time(seconds: number): string {
  return new Date(1_750_000_000_000 + seconds * 1000).toISOString().replace(".000Z", "Z");
}

const imageID = oneOf(
  "docker-pullable://" + DIGEST,
  DIGEST,
  "docker.io/library/log@sha256:" + "2".repeat(64),
  "",
);
const status = (name: string) =>
  sparse(
    {
      name: fc.constant(name),
      image: mostly(images, fc.constant("")),
      imageID,
      ready: mostly(fc.constant(true), fc.constant(false), 5),
      restartCount: oneOf<Json>(0, 0, 0, 1, 3),
    },
    ["name", "image", "imageID", "ready", "restartCount"],
  );

const records = mostly(
  fc.record({
    hash: oneOf(HASH, "old", "old"),
    woi: oneOf(HASH_WITHOUT_IMAGE, HASH_WITHOUT_IMAGE, HASH_WITHOUT_IMAGE, "old"),
  }),
  fc.constant(null),
  20,
);
const others = oneOf<JsonObject>(
  {},
  {
    other: {
      updateTimestamp: "2024-01-01T00:00:00Z",
      hash: "h",
      sidecarSetName: "other",
      sidecarList: ["x"],
    },
  },
);

function stateOf(imageIDs: JsonObject): JsonObject {
  return { revision: "r", updateTimestamp: "2024-01-01T00:00:00Z", lastContainerStatuses: imageIDs };
}
function imageIDs(found: Record<string, string>): JsonObject {
  return Object.fromEntries(
    Object.entries(found).map(([name, imageID]): [string, Json] => [name, imageID === "" ? {} : { imageID }]),
  );
}
const state = mostly(
  fc.tuple(imageID, imageID, fc.boolean(), fc.boolean()).map(([log, mesh, both, others]) =>
    JSON.stringify({
      ...(others && { other: stateOf({ x: {} }) }),
      set: stateOf(imageIDs({ log, ...(both && { mesh }) })),
    }),
  ),
  oneOf("x", JSON.stringify({ set: stateOf({}) }), JSON.stringify({ other: stateOf({}) }), "{}", ""),
  4,
);

const labels = sparse(
  {
    app: oneOf("web", "db"),
    tier: oneOf("db", "web", "a", ""),
    order: oneOf("a10", "b2", "7", "x", "99999999999999999999", "a-3"),
    "a.b/c": oneOf("1", "2b3"),
  },
  ["app"],
  1,
);

const running: fc.Arbitrary<JsonObject> = fc
  .tuple(
    labels,
    records,
    others,
    sparse({ state }, [], 1),
    images,
    sparse({ mesh: oneOf("mesh:1", "mesh:2") }, [], 1),
    fc.record({
      phase: mostly(fc.constant("Running"), oneOf("Pending", "Unknown", ""), 6),
      ready: mostly(fc.constant("True"), oneOf("False", "Unknown"), 4),
      since: mostly(times, fc.constant(-1), 8),
      bound: mostly(fc.constant(true), fc.constant(false), 12),
      statuses: mostly(fc.constant(true), fc.constant(false), 15),
      deleting: mostly(fc.constant(false), fc.constant(true), 25),
    }),
    fc.tuple(status("log"), status("mesh"), status("main")),
    fc.boolean(),
  )
  .map(
    ([
      found,
      record,
      more,
      { state },
      log,
      { mesh },
      life,
      [logStatus, meshStatus, mainStatus],
      reversed,
    ]) => {
      const entry = (hash: string): JsonObject => ({
        set: { updateTimestamp: "2024-01-01T00:00:00Z", hash, sidecarSetName: "set", sidecarList: ["log"] },
      });
      const annotations: JsonObject = {
        "kruise.io/sidecarset-injected-list": "set",
        ...(record !== null && {
          "kruise.io/sidecarset-hash": JSON.stringify({ ...more, ...entry(record.hash) }),
          "kruise.io/sidecarset-hash-without-image": JSON.stringify({ ...more, ...entry(record.woi) }),
        }),
        ...(state !== undefined && { "kruise.io/sidecarset-inplace-update-state": state }),
      };
      const statuses = [logStatus, ...(mesh === undefined ? [] : [meshStatus]), mainStatus];
      return {
        metadata: { labels: found, annotations, ...(life.deleting && { deletionTimestamp: time(50) }) },
        spec: {
          ...(life.bound && { nodeName: "node" }),
          containers: [
            { name: "log", image: log },
            ...(mesh === undefined ? [] : [{ name: "mesh", image: mesh }]),
            { name: "main", image: "main:1" },
          ],
        },
        status: {
          phase: life.phase,
          conditions: [
            {
              type: "Ready",
              status: life.ready,
              ...(life.since >= 0 && { lastTransitionTime: time(life.since) }),
            },
          ],
          ...(life.statuses && { containerStatuses: reversed ? statuses.toReversed() : statuses }),
        },
      };
    },
  );

/** Pods that carry the set; no two were made in the same second, which is where the original's order is open. */
export const runningPods: fc.Arbitrary<JsonObject[]> = fc.array(running, { maxLength: 14 }).chain((found) =>
  fc
    .shuffledSubarray(
      found.map((_, i) => i),
      { minLength: found.length, maxLength: found.length },
    )
    .map((ages) =>
      found.map(
        (pod, i): JsonObject => ({
          apiVersion: "v1",
          kind: "Pod",
          ...pod,
          metadata: {
            name: `p-${i}`,
            namespace: "shop",
            uid: `u-${i}`,
            creationTimestamp: time(-60 - (ages[i] ?? 0)),
            ...objectAt(pod, "metadata"),
          },
        }),
      ),
    ),
);
