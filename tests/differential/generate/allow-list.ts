import * as fc from "fast-check";
import { objectAt } from "../compare.ts";
import type { Release } from "../original.ts";
import { sidecarSet } from "./sidecarset.ts";
import { type Json, type JsonObject, mostly, oneOf, sparse, validSelector } from "./values.ts";

const expressions = fc.array(
  oneOf("key", "^key1$", "^a\\.b/", "biz|key2", ".*", "^$", "c$", "(?i)KEY2", "^kruise\\.io/", "[kb].*[0-9]"),
  { minLength: 1, maxLength: 2 },
);
const selector: fc.Arbitrary<Json> = fc.oneof(
  validSelector,
  oneOf<Json>(
    {},
    { matchLabels: { app: "web" } },
    { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] },
  ),
);
const rule = sparse({ selector, allowedAnnotationKeyExprs: expressions }, ["allowedAnnotationKeyExprs"], 1);

/** An allow-list without a fault, as OpenKruise keeps it in a ConfigMap; a faulty one is refused with the settings here. */
export const allowList: fc.Arbitrary<JsonObject> = mostly(
  fc.record({ rules: fc.array(rule, { maxLength: 3 }) }),
  oneOf<JsonObject>({}, { rules: [] }),
  20,
);

/** A set that writes annotations into Pods, and has nothing else that decides. */
export function patchingSet(release: Release): fc.Arbitrary<JsonObject> {
  const key = oneOf("key1", "key2", "a.b/c", "biz", "kruise.io/x");
  const patch = fc.record({
    annotations: fc.dictionary(key, fc.constant("v"), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
    patchPolicy: oneOf("Retain", "Overwrite"),
  });
  return fc.tuple(sidecarSet(release), fc.array(patch, { maxLength: 2 }), oneOf("log-set", "a")).map(
    ([set, patchPodMetadata, name]): JsonObject => ({
      metadata: { ...objectAt(set, "metadata"), name },
      spec: {
        selector: { matchLabels: { app: "web" } },
        containers: [{ name: "log", image: "log:1" }],
        patchPodMetadata,
      },
    }),
  );
}
