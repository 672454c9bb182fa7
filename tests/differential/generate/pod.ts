import * as fc from "fast-check";
import { env, mountPath, volumeName } from "./container.ts";
import {
  cpu,
  type Json,
  type JsonObject,
  labels,
  memory,
  mostly,
  oneOf,
  some,
  sparse,
  text,
} from "./values.ts";
import { mergeText } from "./sidecarset.ts";

const quantities = sparse({ cpu, memory }, [], 1);
const mount = sparse(
  {
    name: volumeName,
    mountPath,
    readOnly: fc.boolean(),
    subPathExpr: oneOf(
      "$(POD_NAME)",
      "a/$(A)/$(B)",
      "x$(NONE)y",
      "",
      "$$(A)",
      "$(A$(B)",
      "$(a b)$(-x)",
      "$()",
    ),
    subPath: oneOf("s"),
    mountPropagation: oneOf("HostToContainer"),
  },
  ["name", "mountPath"],
  1,
);

function container(
  name: fc.Arbitrary<string>,
  more: Record<string, fc.Arbitrary<Json>> = {},
): fc.Arbitrary<JsonObject> {
  return sparse(
    {
      name,
      image: oneOf("app:1", "app"),
      env: fc.array(env, { maxLength: 5 }),
      volumeMounts: some(mount, 3),
      volumeDevices: some(
        fc.record({ name: oneOf("raw"), devicePath: oneOf("/dev/x", "/dev/y", "/data", "/dev/z") }),
        2,
      ),
      resources: sparse({ limits: quantities, requests: quantities }, [], 1),
      args: some(text, 2),
      command: some(text, 1),
      ...more,
    },
    ["name", "image"],
    1,
  );
}

const earlierEnv = oneOf<Json>(
  [{ name: "IS_INJECTED", value: "true" }],
  [{ name: "IS_INJECTED", value: "false" }],
  [
    { name: "A", value: "x" },
    { name: "IS_INJECTED", value: "true" },
  ],
);

const containers = fc.uniqueArray(
  mostly(
    container(oneOf("main", "worker", "app-1")),
    fc
      .tuple(container(oneOf("one", "log", "mesh-1", "old")), earlierEnv)
      .map(([found, injected]): JsonObject => ({ ...found, env: injected })),
    5,
  ),
  { minLength: 1, maxLength: 4, selector: (found) => found["name"] },
);
const initContainers = fc.uniqueArray(
  container(oneOf("init", "setup", "wait", "native", "native-app"), { restartPolicy: oneOf("Always") }),
  { maxLength: 3, selector: (found) => found["name"] },
);

const record = sparse(
  {
    updateTimestamp: oneOf<Json>("2024-05-01T10:00:00Z", null, "2024-05-01T12:00:00+02:00"),
    hash: text,
    sidecarSetName: oneOf("a", "gone"),
    sidecarList: oneOf<Json>(["x", "y"], null, []),
    controllerRevision: oneOf("gone-1", ""),
    more: oneOf<Json>(1, { a: 1 }),
  },
  ["updateTimestamp", "hash", "sidecarSetName", "sidecarList"],
  3,
);
const earlier = fc.oneof(
  fc
    .dictionary(oneOf("set-a", "gone", "set-b", "é<"), record, { maxKeys: 2, noNullPrototype: true })
    .map((found) => JSON.stringify(found)),
  fc
    .dictionary(oneOf("set-a", "gone", "x"), text, { maxKeys: 2, noNullPrototype: true })
    .map((found) => JSON.stringify(found)),
  oneOf(
    "",
    "{}",
    "null",
    "x",
    "[]",
    '{"a":1}',
    '{"a":null}',
    '{"gone":{}}',
    '{"gone":{"hash":1}}',
    ' {"gone" : {"hash":"h"} } ',
    '{"gone":{"HASH":"h","Hash":"i"}}',
    '{"gone":{"updateTimestamp":"x"}}',
    '{"a":{"hash":"1"},"a":{"sidecarSetName":"n"}}',
  ),
);

const annotations = sparse(
  {
    "kruise.io/sidecarset-hash": mostly(earlier, fc.constant("{"), 8),
    "kruise.io/sidecarset-hash-without-image": mostly(earlier, fc.constant("{"), 8),
    "kruise.io/sidecarset-injected-list": oneOf("gone", "set-b,gone", "", "z,,a", " set-a"),
    "kruise.io/sidecarset-working-hotupgrade-container": oneOf(
      '{"mesh":"mesh-2"}',
      '{"other":"other-1"}',
      "x",
      "",
      "null",
      '{"a":1}',
      '{"<":"&"}',
    ),
    "version.sidecarset.kruise.io/mesh-1": oneOf("7"),
    key1: mergeText,
    key2: mergeText,
    biz: oneOf("main", "worker", "", "none"),
    "a.b/c": oneOf("main", "é"),
    k: text,
  },
  [],
  2,
);

/** A Pod as the API server hands it to admission. */
export const pod: fc.Arbitrary<JsonObject> = fc
  .tuple(
    sparse(
      {
        name: oneOf("p"),
        generateName: oneOf("p-"),
        namespace: oneOf("shop"),
        labels: fc
          .tuple(labels, oneOf<JsonObject>({}, { biz: "main" }, { app: "web" }))
          .map(([a, b]): Json => ({ ...a, ...b })),
        annotations,
      },
      ["labels"],
      1,
    ),
    sparse(
      {
        containers,
        initContainers,
        volumes: fc.uniqueArray(
          sparse({ name: volumeName, emptyDir: fc.constant({}) }, ["name", "emptyDir"]),
          { maxLength: 3, selector: ({ name }) => name },
        ),
        imagePullSecrets: some(sparse({ name: oneOf("s1", "s2", "s3") }, [], 0), 3),
        restartPolicy: oneOf("Always"),
        serviceAccountName: oneOf("default"),
        hostNetwork: fc.boolean(),
        nodeSelector: labels,
      },
      ["containers"],
      1,
    ),
    mostly(
      fc.constant<JsonObject>({}),
      oneOf<JsonObject>({ status: { phase: "Succeeded" } }, { status: { phase: "Pending" } }, { status: {} }),
      15,
    ),
  )
  .map(([metadata, spec, more]) => ({ apiVersion: "v1", kind: "Pod", metadata, spec, ...more }));
