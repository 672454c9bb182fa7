import * as fc from "fast-check";
import type { Release } from "../original.ts";
import { containerFields, envName } from "./container.ts";
import { expression, plainExpression } from "./expression.ts";
import {
  intOrPercent,
  type Json,
  type JsonObject,
  labels,
  mostly,
  oneOf,
  selector,
  some,
  sparse,
  text,
} from "./values.ts";
import { volumes } from "./volume.ts";

const sourceFrom = mostly(
  fc.record({
    fieldRef: fc.record({
      fieldPath: oneOf(
        "metadata.labels['app']",
        "metadata.annotations['biz']",
        "metadata.labels['biz']",
        "metadata.annotations['a.b/c']",
      ),
    }),
  }),
  oneOf<Json>(
    { fieldRef: { fieldPath: "metadata.name" } },
    { fieldRef: { fieldPath: "metadata.labels" } },
    { fieldRef: { fieldPath: "metadata.labels['a b']" } },
    { fieldRef: { apiVersion: "v2", fieldPath: "metadata.labels['app']" } },
    { fieldRef: { fieldPath: "" } },
    { fieldRef: { fieldPath: "metadata.annotations['A.B/c']" } },
  ),
  25,
);

const transfer = sparse(
  {
    sourceContainerName: oneOf("main", "worker", "init", "none"),
    sourceContainerNameFrom: sourceFrom,
    envName,
    envNames: some(envName, 3),
  },
  [],
  1,
);

function resourcesPolicy(
  regex: fc.Arbitrary<string>,
  of: (variable: string) => fc.Arbitrary<string>,
): fc.Arbitrary<Json> {
  const side = sparse({ cpu: of("cpu"), memory: of("memory") }, [], 1);
  return sparse(
    {
      targetContainersMode: oneOf("sum", "max"),
      targetContainersNameRegex: regex,
      resourcesExpr: mostly(sparse({ limits: side, requests: side }, [], 1), oneOf<Json>({}), 20),
    },
    ["targetContainersMode", "targetContainersNameRegex", "resourcesExpr"],
  );
}

const policy = resourcesPolicy(
  mostly(
    oneOf(".*", "^main$", "^m", "worker|main", "[a-z]+n", "(?i)MAIN", "\\bmain\\b"),
    oneOf("", "(", "[z-a]", "a**", "\\p{Greek}"),
    20,
  ),
  (variable) => mostly(plainExpression(variable), expression(variable), 8),
);

const oneOfTheKinds = sparse({ type: mostly(oneOf("enabled", "disabled"), oneOf("x", ""), 30) }, [], 1);
const hot = sparse(
  {
    upgradeType: mostly(oneOf("HotUpgrade", "ColdUpgrade", ""), oneOf("x")),
    hotUpgradeEmptyImage: oneOf("empty:1", ""),
  },
  [],
  1,
);

/** What sets add to a container in every release. */
const additions: Record<string, fc.Arbitrary<Json>> = {
  podInjectPolicy: mostly(oneOf("BeforeAppContainer", "AfterAppContainer", ""), oneOf("x"), 30),
  upgradeStrategy: hot,
  shareVolumePolicy: oneOfTheKinds,
  transferEnv: some(transfer, 2),
};

function container(
  release: Release,
  name: fc.Arbitrary<Json>,
  more: Record<string, fc.Arbitrary<Json>>,
): fc.Arbitrary<JsonObject> {
  const devices = release.features.includes("shareVolumeDevicePolicy");
  const fields = {
    ...containerFields(release),
    ...additions,
    ...(devices && { shareVolumeDevicePolicy: oneOfTheKinds }),
    ...more,
    name,
  };
  const plain = sparse(fields, ["name", "image"], 9);
  const sharing = sparse(fields, ["name", "image", "shareVolumePolicy", "transferEnv"], 9);
  if (!release.features.includes("resourcesPolicy")) return mostly(plain, sharing, 2);
  const sized = fc
    .tuple(plain, policy)
    .map(([{ resources: _resources, ...rest }, found]) => ({ ...rest, resourcesPolicy: found }));
  const both = fc.tuple(plain, policy).map(([rest, found]) => ({ ...rest, resourcesPolicy: found }));
  return fc.oneof(
    { weight: 8, arbitrary: plain },
    { weight: 4, arbitrary: sharing },
    { weight: 2, arbitrary: sized },
    { weight: 1, arbitrary: both },
  );
}

const sidecarName = mostly(
  oneOf("one", "log", "mesh", "main", "mesh-1", "aa", "zz"),
  oneOf<Json>("", "A", "a_b", "x".repeat(64)),
  60,
);
const initName = mostly(oneOf("init", "setup", "native", "zz-init", "aa-init"), oneOf<Json>("one", "A"), 60);

function containers(release: Release): fc.Arbitrary<JsonObject[]> {
  const one = container(release, sidecarName, {});
  const selector = ({ name }: JsonObject) => name;
  return mostly(
    fc.uniqueArray(one, { minLength: 1, maxLength: 2, selector }),
    fc.uniqueArray(one, { maxLength: 3, selector }),
    10,
  );
}

function initContainers(release: Release): fc.Arbitrary<JsonObject[]> {
  const restartPolicy = mostly(oneOf("Always"), oneOf("Never", ""));
  const one = container(release, initName, { restartPolicy }).chain(
    (found): fc.Arbitrary<JsonObject> =>
      // Only native sidecars may have probes and a resources policy.
      "resourcesPolicy" in found || "livenessProbe" in found
        ? mostly(fc.constant({ ...found, restartPolicy: "Always" }), fc.constant(found), 6)
        : fc.constant(found),
  );
  return fc.uniqueArray(one, { maxLength: 2, selector: (found) => found["name"] });
}

const annotationKey = oneOf("key1", "key2", "a.b/c", "biz", "kruise.io/sidecarset-hash");
export const mergeText = fc.oneof(
  {
    weight: 5,
    arbitrary: oneOf(
      '{"a":1}',
      '{"b":{"c":2}}',
      '{"a":null}',
      "{}",
      '{"a":{"b":null,"d":[1,null]}}',
      '{"<":"&"}',
      '{"b":{"c":null,"z":1.50}}',
      '{"a":"\\u003c"}',
    ),
  },
  {
    weight: 1,
    arbitrary: oneOf("", "null", '[1,null,{"a":null}]', "1", '"x"', "{", "x", '{"a":1}{', " {} "),
  },
  {
    weight: 2,
    arbitrary: fc.jsonValue({ maxDepth: 2, stringUnit: "binary" }).map((value) => JSON.stringify(value)),
  },
);
const patch = fc.record({
  annotations: mostly(
    fc.dictionary(annotationKey, mostly(mergeText, text, 4), {
      minKeys: 1,
      maxKeys: 2,
      noNullPrototype: true,
    }),
    oneOf<JsonObject>({}, { "a b": "c" }),
    40,
  ),
  patchPolicy: oneOf("Retain", "Overwrite", "MergePatchJson", ""),
});

const weight = fc.record({ weight: mostly(oneOf(0, 10, 60, 100), oneOf(101, -1)), matchSelector: selector });
const orderKey = fc.record({ orderedKey: mostly(oneOf("order", "a.b/c"), oneOf("")) });
export const priorityStrategy: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ weightPriority: some(weight, 3) }),
  fc.record({ orderPriority: some(orderKey, 2) }),
  oneOf<Json>(
    {},
    {
      weightPriority: [{ weight: 1, matchSelector: { matchLabels: { a: "b" } } }],
      orderPriority: [{ orderedKey: "x" }],
    },
  ),
);
export const scatterStrategy: fc.Arbitrary<Json> = some(
  fc.record({ key: mostly(oneOf("app", "tier"), oneOf("")), value: oneOf("web", "db", "*", "") }),
  3,
);

const updateStrategy = sparse({
  type: mostly(oneOf("NotUpdate", "RollingUpdate", ""), oneOf("x")),
  paused: fc.boolean(),
  selector,
  partition: intOrPercent,
  maxUnavailable: intOrPercent,
  priorityStrategy,
  scatterStrategy,
});

const name = mostly(oneOf("log-set", "a", "x-1"), oneOf("a.b", "-", "A", "", "x".repeat(64)), 40);

/** A SidecarSet as users of this release write it; more often valid than not. */
export function sidecarSet(release: Release): fc.Arbitrary<JsonObject> {
  return fc.record({
    metadata: sparse(
      {
        name,
        labels,
        annotations: fc.dictionary(annotationKey, text, { maxKeys: 2, noNullPrototype: true }),
      },
      ["name"],
    ),
    spec: sparse(
      {
        selector: mostly(selector, fc.constant({}), 60),
        namespaceSelector: selector,
        containers: containers(release),
        initContainers: initContainers(release),
        volumes,
        updateStrategy,
        patchPodMetadata: some(patch, 2),
        imagePullSecrets: some(fc.record({ name: oneOf("s1", "s2") }), 2),
        revisionHistoryLimit: oneOf<Json>(0, 5, -1),
        injectionStrategy: sparse({ paused: fc.boolean() }),
        customVersion: oneOf("v1"),
      },
      ["selector", "containers", "volumes"],
      2,
    ),
  });
}
