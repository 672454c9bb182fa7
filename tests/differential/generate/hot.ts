import * as fc from "fast-check";
import { HASH, HASH_WITHOUT_IMAGE } from "./rollout.ts";
import { type Json, type JsonObject, mostly, oneOf, sparse } from "./values.ts";

/** The image of the containers that idle. */
export const EMPTY = "empty:1";
/** The image that sets have; Pods come from sets with others. */
const IMAGE = "mesh:2";
const images = oneOf("mesh:1", IMAGE, "mesh:3");

const hot = (name: string): JsonObject => ({
  name,
  image: IMAGE,
  upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: EMPTY },
});

/** A set with sidecars that are upgraded hot: one or two, and sometimes another that is not. */
export const hotSet: fc.Arbitrary<JsonObject> = fc
  .record({
    two: fc.boolean(),
    cold: mostly(fc.constant(false), fc.constant(true), 2),
    updateStrategy: mostly(
      fc.constant<JsonObject>({ type: "RollingUpdate" }),
      oneOf<JsonObject>({ type: "NotUpdate" }, { type: "RollingUpdate", paused: true }),
      12,
    ),
    resourceVersion: oneOf("7", "123456"),
  })
  .map(({ two, cold, updateStrategy, resourceVersion }) => ({
    metadata: { name: "set", resourceVersion, uid: "u-set", generation: 1 },
    spec: {
      selector: { matchLabels: { app: "web" } },
      containers: [
        hot("mesh"),
        ...(cold ? [{ name: "log", image: "log:2" }] : []),
        ...(two ? [hot("envoy")] : []),
      ],
      updateStrategy,
    },
  }));

/** The two containers of a hot sidecar. */
interface Pair {
  readonly images: readonly [string, string];
  /** Number of the container that works, 0 when nothing says which. */
  readonly working: 0 | 1 | 2;
}

const workingOne = oneOf<1 | 2>(1, 2);
const settled = fc
  .tuple(workingOne, images)
  .map(([working, image]): Pair => ({ working, images: working === 1 ? [image, EMPTY] : [EMPTY, image] }));
const halfway = fc
  .tuple(workingOne, images, images)
  .map(([working, first, second]): Pair => ({ working, images: [first, second] }));
const odd = fc
  .tuple(oneOf<0 | 1 | 2>(0, 1, 2), oneOf(EMPTY, IMAGE, "mesh:1"), oneOf(EMPTY, IMAGE, "mesh:1"))
  .map(([working, first, second]): Pair => ({ working, images: [first, second] }));
const pair = fc.oneof(
  { weight: 5, arbitrary: settled },
  { weight: 4, arbitrary: halfway },
  { weight: 1, arbitrary: odd },
);

const status = (name: string, image: string) =>
  fc.record({
    name: fc.constant(name),
    image: mostly(fc.constant(image), oneOf("mesh:1", EMPTY), 3),
    imageID: oneOf("id-1", "id-2"),
    ready: mostly(fc.constant(true), fc.constant(false), 3),
    restartCount: fc.constant(0),
  });

const versions = (name: string, { images: [first, second], working }: Pair): JsonObject => {
  const own = (image: string, number: number) =>
    image === EMPTY ? "0" : number === working || working === 0 ? "5" : "4";
  const [one, two] = [own(first, 1), own(second, 2)];
  return {
    [`version.sidecarset.kruise.io/${name}-1`]: one,
    [`versionalt.sidecarset.kruise.io/${name}-1`]: two,
    [`version.sidecarset.kruise.io/${name}-2`]: two,
    [`versionalt.sidecarset.kruise.io/${name}-2`]: one,
  };
};

const imageID = oneOf<Json>({ imageID: "id-1" }, { imageID: "id-2" }, {});
const state = sparse(
  { "mesh-1": imageID, "mesh-2": imageID, "envoy-1": imageID, "envoy-2": imageID, log: imageID },
  [],
  1,
);

/** A Pod of that set; its records name the set's hashes as in rollout.ts. */
export const hotPod: fc.Arbitrary<JsonObject> = fc
  .record({
    mesh: pair,
    envoy: pair,
    log: oneOf("log:1", "log:2"),
    hash: mostly(fc.constant("old"), fc.constant(HASH), 1),
    same: mostly(fc.constant(HASH_WITHOUT_IMAGE), fc.constant("old"), 15),
    state: mostly(state, fc.constant(undefined), 1),
    ready: mostly(fc.constant("True"), fc.constant("False"), 2),
    working: mostly(fc.constant(""), oneOf("x", "null", "{}"), 25),
  })
  .chain(({ mesh, envoy, log, hash, same, state, ready, working }) => {
    const containers = [
      { name: "mesh-1", image: mesh.images[0] },
      { name: "mesh-2", image: mesh.images[1] },
      { name: "log", image: log },
      { name: "envoy-1", image: envoy.images[0] },
      { name: "envoy-2", image: envoy.images[1] },
      { name: "main", image: "main:1" },
    ];
    const entry = (found: string) =>
      JSON.stringify({
        set: {
          updateTimestamp: "2024-01-01T00:00:00Z",
          hash: found,
          sidecarSetName: "set",
          sidecarList: ["mesh"],
        },
      });
    const named = Object.fromEntries(
      Object.entries({ envoy: envoy.working, mesh: mesh.working }).flatMap(([name, number]) =>
        number === 0 ? [] : [[name, `${name}-${number}`]],
      ),
    );
    return fc.tuple(...containers.map(({ name, image }) => status(name, image))).map(
      (containerStatuses): JsonObject => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name: "p",
          namespace: "shop",
          uid: "u",
          creationTimestamp: "2024-01-01T00:00:00Z",
          labels: { app: "web" },
          annotations: {
            "kruise.io/sidecarset-injected-list": "set",
            "kruise.io/sidecarset-hash": entry(hash),
            "kruise.io/sidecarset-hash-without-image": entry(same),
            ...versions("mesh", mesh),
            ...versions("envoy", envoy),
            "kruise.io/sidecarset-working-hotupgrade-container":
              working === "" ? JSON.stringify(named) : working,
            ...(state !== undefined && {
              "kruise.io/sidecarset-inplace-update-state": JSON.stringify({
                set: { revision: "r", updateTimestamp: "2024-01-01T00:00:00Z", lastContainerStatuses: state },
              }),
            }),
          },
        },
        spec: { nodeName: "node", containers },
        status: {
          phase: "Running",
          conditions: [{ type: "Ready", status: ready, lastTransitionTime: "2024-01-01T00:00:00Z" }],
          containerStatuses,
        },
      }),
    );
  });
