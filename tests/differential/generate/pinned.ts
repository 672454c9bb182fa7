import * as fc from "fast-check";
import { objectAt } from "../compare.ts";
import type { Release } from "../original.ts";
import { injectable } from "./injectable.ts";
import { type Json, type JsonObject, mostly, oneOf, sparse } from "./values.ts";

/** What the former states of sets are found by. */
export const FORMER = { revisionName: "set-a-former", customVersion: "v1" };

const strategy = sparse(
  {
    paused: fc.boolean(),
    selector: oneOf<Json>(
      { matchLabels: { app: "web" } },
      { matchLabels: { tier: "db" } },
      { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] },
    ),
    // Shares in between are drawn: there at random, here by identity.
    partition: oneOf<Json>(0, 1, 100, "0%", "100%", "100.0%"),
  },
  [],
  1,
);
const asked: fc.Arbitrary<JsonObject> = mostly(
  fc.oneof(
    fc.constant<JsonObject>({ revisionName: FORMER.revisionName }),
    fc.constant<JsonObject>({ customVersion: FORMER.customVersion }),
    fc.constant<JsonObject>({ ...FORMER, customVersion: "gone" }),
  ),
  oneOf<JsonObject>({ revisionName: "gone" }, { customVersion: "gone" }, { ...FORMER, revisionName: "gone" }),
  12,
);
const policy = oneOf<JsonObject>({ policy: "Always" }, { policy: "Partial" }, { policy: "Partial" }, {});

/** A set that asks for a former state of itself, and that state, of which nothing but what is injected counts. */
export function pinnedSet(release: Release): fc.Arbitrary<{ sidecarSet: JsonObject; former: JsonObject }> {
  return fc
    .tuple(injectable(release, "set-a"), injectable(release, "set-a"), strategy, asked, policy)
    .map(([sidecarSet, former, updateStrategy, names, how]) => {
      const injectionStrategy = {
        ...objectAt(sidecarSet, "spec", "injectionStrategy"),
        revision: { ...names, ...how },
      };
      const spec: JsonObject = {
        ...objectAt(sidecarSet, "spec"),
        injectionStrategy,
        updateStrategy: { type: "NotUpdate", ...updateStrategy },
      };
      return { sidecarSet: { ...sidecarSet, spec }, former };
    });
}
