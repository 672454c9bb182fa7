import * as fc from "fast-check";
import { type Area, type Outcome, same, type Spell } from "../area.ts";
import { difference, objectAt, timeless } from "../compare.ts";
import { excusedAcceptance, excusedRefusal } from "../deviations.ts";
import { allowList, patchingSet } from "../generate/allow-list.ts";
import { sidecarSet as written } from "../generate/sidecarset.ts";
import { type Json, type JsonObject, mostly, validSelector } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";
import { admitSidecarSet } from "../ours.ts";

export interface SetCase {
  readonly version: string;
  readonly object: JsonObject;
  readonly old?: JsonObject;
  readonly others: readonly JsonObject[];
  /** The annotations that sets may write into Pods; absent means any. */
  readonly allowList?: JsonObject;
}

/** What the original stores for a set, and whether it lets it through. */
export interface SetAnswer {
  readonly allowed: boolean;
  readonly message?: string;
  readonly object?: Json;
  /** It did not answer but ended in this panic. */
  readonly panic?: string;
}

function inputs(release: Release): fc.Arbitrary<SetCase> {
  const { version } = release;
  const header = { apiVersion: `apps.kruise.io/${version}`, kind: "SidecarSet" };
  const sidecarSet = written(release).map((found): JsonObject => ({ ...header, ...found }));
  const alone = sidecarSet.map((object): SetCase => ({ version, object, others: [] }));
  const update = fc.tuple(sidecarSet, sidecarSet).map(
    ([object, old]): SetCase => ({
      version,
      object,
      old: { ...old, metadata: object["metadata"] ?? {} },
      others: [],
    }),
  );
  const edited = fc.tuple(sidecarSet, sidecarSet).map(([object, other]): SetCase => {
    const spec = { ...objectAt(object, "spec"), ...pick(objectAt(other, "spec")) };
    return { version, object: { ...object, spec }, old: object, others: [] };
  });
  const other = fc.tuple(sidecarSet, validSelector, mostly(fc.constant(undefined), validSelector, 2));
  const among = fc
    .tuple(sidecarSet, fc.array(other, { minLength: 1, maxLength: 2 }))
    .map(([object, found]): SetCase => {
      const others = found.map(([set, selector, namespaceSelector], i): JsonObject => {
        const { namespaceSelector: _faulty, ...spec } = objectAt(set, "spec");
        const chosen = { selector, ...(namespaceSelector !== undefined && { namespaceSelector }) };
        return {
          ...set,
          metadata: { ...objectAt(set, "metadata"), name: `other-${i}` },
          spec: { ...spec, ...chosen },
        };
      });
      return { version, object, others };
    });
  const held = fc
    .tuple(patchingSet(release), allowList)
    .map(
      ([found, list]): SetCase => ({ version, object: { ...header, ...found }, others: [], allowList: list }),
    );
  return mostly(
    fc.oneof(
      { weight: 5, arbitrary: alone },
      { weight: 1, arbitrary: held },
      { weight: 1, arbitrary: edited },
      { weight: 2, arbitrary: among },
    ),
    update,
    12,
  );
}

/** Where OpenKruise keeps the list. */
function configMapOf(allowList: JsonObject): JsonObject {
  return {
    metadata: { name: "kruise-configuration", namespace: "kruise-system" },
    data: { SidecarSet_PatchPodMetadata_WhiteList: JSON.stringify(allowList) },
  };
}

function pick({ containers, updateStrategy }: JsonObject): JsonObject {
  return {
    ...(containers !== undefined && { containers }),
    ...(updateStrategy !== undefined && { updateStrategy }),
  };
}

async function ask(original: Original, { object, old, others, allowList }: SetCase): Promise<SetAnswer> {
  const configMaps = allowList === undefined ? [] : [configMapOf(allowList)];
  const asked = { object, ...(old && { old }), sidecarSets: others, configMaps };
  const answer = await original.ask("sidecarSet", asked);
  if ("panic" in answer) return { allowed: false, panic: answer.panic };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
  const { allowed, message, object: stored } = answer.output as SetAnswer;
  return {
    allowed,
    ...(!allowed && message !== undefined && { message }),
    ...(stored !== undefined && { object: stored }),
  };
}

async function judge(input: SetCase, theirs: SetAnswer, spell: Spell): Promise<Outcome> {
  const ours = admitSidecarSet(input);
  if (!ours.accepted && !theirs.allowed) return same;
  if (ours.accepted && !theirs.allowed) return excusedAcceptance(theirs.panic ?? theirs.message ?? "", input);
  if (!ours.accepted) return excusedRefusal(ours.message ?? "");
  const found = difference(
    timeless(await spell("sidecarSet", ours.object)),
    timeless(await spell("sidecarSet", theirs.object)),
  );
  return found === undefined ? same : { kind: "different", how: found };
}

export const sidecarSets: Area<SetCase, SetAnswer> = { name: "sidecarset", inputs, ask, judge };
