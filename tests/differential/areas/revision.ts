import * as fc from "fast-check";
import { revisionName } from "../../../controller/core/revision-name.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { revisionData } from "../../../controller/policy/revision-data.ts";
import { type Area, type Outcome, same } from "../area.ts";
import { difference, textAt } from "../compare.ts";
import { sidecarSet } from "../generate/sidecarset.ts";
import { type JsonObject, oneOf } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";
import { admitSidecarSet, policy } from "../ours.ts";

export interface RevisionCase {
  /** With its defaults and hashes. */
  readonly sidecarSet: JsonObject;
  readonly collisionCount: number;
}

/** How a state of a set is kept in history: the name of the ControllerRevision, and its data byte for byte. */
export interface RevisionAnswer {
  readonly name: string;
  readonly data: string;
}

function inputs(release: Release): fc.Arbitrary<RevisionCase> {
  const { version } = release;
  const header = { apiVersion: `apps.kruise.io/${version}`, kind: "SidecarSet" };
  const admitted = sidecarSet(release)
    .map((found) => admitSidecarSet({ version, object: { ...header, ...found }, others: [] }))
    .filter(({ accepted }) => accepted);
  return fc.record({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documents are JSON
    sidecarSet: admitted.map(({ object }) => object as JsonObject),
    collisionCount: oneOf(0, 0, 1, 7),
  });
}

async function ask(original: Original, input: RevisionCase): Promise<RevisionAnswer> {
  const answer = await original.ask("revision", { ...input, revision: 1 });
  if ("panic" in answer) throw new Error(answer.panic);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
  const { name, data } = answer.output as RevisionAnswer;
  return { name, data };
}

async function judge({ sidecarSet, collisionCount }: RevisionCase, theirs: RevisionAnswer): Promise<Outcome> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- admitted, hence of this shape
  const data = revisionData(policy, sidecarSet["spec"] as unknown as SidecarSet["spec"]);
  const name = revisionName(textAt(sidecarSet, "metadata", "name"), data, collisionCount);
  if (data === theirs.data && name === theirs.name) return same;
  const found = difference(JSON.parse(data), JSON.parse(theirs.data)) ?? difference({ name, data }, theirs);
  return { kind: "different", how: found ?? "" };
}

export const revisions: Area<RevisionCase, RevisionAnswer> = { name: "revision", inputs, ask, judge };
