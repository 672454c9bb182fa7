import * as fc from "fast-check";
import { settingsEntry } from "../../../controller/core/settings.ts";
import { customVersionLabel, type Revision, setNameLabel } from "../../../controller/model/revision.ts";
import { ownRevisions, pinOf } from "../../../controller/core/revision.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { Normalizer } from "../../../controller/policy/normalizer.ts";
import { revisionData } from "../../../controller/policy/revision-data.ts";
import { PinnedRevisions } from "../../../controller/shell/pinned-revisions.ts";
import type { Area, Outcome, Spell } from "../area.ts";
import { objectAt, textAt } from "../compare.ts";
import { FORMER, pinnedSet } from "../generate/pinned.ts";
import { pod } from "../generate/pod.ts";
import { type JsonObject, labels } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";
import { admitPod, admitSidecarSet, policy } from "../ours.ts";
import { askForPod, comparePods, type PodAnswer } from "./injection.ts";

export interface PinnedCase {
  readonly object: JsonObject;
  readonly namespaceLabels: JsonObject;
  /** With its defaults and hashes. */
  readonly sidecarSet: JsonObject;
  /** The ControllerRevision of a former state. */
  readonly revision: JsonObject;
}

function inputs(release: Release): fc.Arbitrary<PinnedCase> {
  const { version } = release;
  const admitted = (set: JsonObject) => {
    const header = { apiVersion: `apps.kruise.io/${version}`, kind: "SidecarSet" };
    const { accepted, object } = admitSidecarSet({ version, object: { ...header, ...set }, others: [] });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documents are JSON
    return accepted ? (object as JsonObject) : undefined;
  };
  const sets = pinnedSet(release).map(({ sidecarSet, former }) => [admitted(sidecarSet), admitted(former)]);
  const own = labels.map((found): JsonObject => ({ ...found, "kubernetes.io/metadata.name": "shop" }));
  return fc
    .tuple(pod, own, sets, fc.boolean())
    .chain(([object, namespaceLabels, [set, former], hashed]) =>
      set === undefined || former === undefined
        ? inputs(release)
        : fc.constant({ object, namespaceLabels, sidecarSet: set, revision: revisionOf(former, hashed) }),
    );
}

/** `hashed` is false for revisions from before OpenKruise wrote hashes on them. */
function revisionOf(former: JsonObject, hashed: boolean): JsonObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- admitted, hence of this shape
  const data = revisionData(policy, former["spec"] as unknown as SidecarSet["spec"]);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: FORMER.revisionName,
      namespace: "kruise-system",
      labels: { [setNameLabel]: "set-a", [customVersionLabel]: FORMER.customVersion },
      annotations: hashed ? objectAt(former, "metadata", "annotations") : {},
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documents are JSON
    data: JSON.parse(data) as JsonObject,
    revision: 1,
  };
}

async function ask(original: Original, input: PinnedCase): Promise<PodAnswer> {
  const { object, namespaceLabels, sidecarSet, revision } = input;
  const sidecarSets = [sidecarSet];
  return askForPod(original, {
    object,
    namespace: "shop",
    namespaceLabels,
    sidecarSets,
    revisions: [revision],
  });
}

async function judge(input: PinnedCase, theirs: PodAnswer, spell: Spell): Promise<Outcome> {
  const { object, namespaceLabels } = input;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the controller writes JSON
  const sidecarSets = [JSON.parse(await entryOf(input)) as JsonObject];
  const missingRevision = "Reject";
  const ours = admitPod({ object, namespace: "shop", namespaceLabels, sidecarSets, missingRevision });
  return comparePods(object, ours, theirs, spell);
}

/** The set's entry in the settings, as the controller makes it from the set and its history. */
async function entryOf({ sidecarSet, revision: object }: PinnedCase): Promise<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- admitted, hence of this shape
  const set = sidecarSet as unknown as SidecarSet;
  const known: Revision = {
    namespace: textAt(object, "metadata", "namespace"),
    name: textAt(object, "metadata", "name"),
    uid: "u-revision",
    resourceVersion: "1",
    creationTimestamp: "2024-01-01T00:00:00Z",
    revision: 1,
    set: "set-a",
    owner: undefined,
    customVersion: textAt(object, "metadata", "labels", customVersionLabel),
    digest: "",
    metadataDigest: "",
  };
  const pin = pinOf(ownRevisions([known], ""), set.spec.injectionStrategy);
  const revisions = new PinnedRevisions({
    client: { get: async () => object },
    normalizer: new Normalizer(policy),
  });
  if (pin?.revision !== undefined) await revisions.fetch(pin.revision, set, new AbortController().signal);
  return settingsEntry(set, { latest: undefined, pinned: pin?.revision && revisions.get(pin.revision) });
}

export const pinned: Area<PinnedCase, PodAnswer> = { name: "pinned", inputs, ask, judge };
