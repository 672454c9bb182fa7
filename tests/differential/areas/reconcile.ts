import * as fc from "fast-check";
import { podPatch } from "../../../controller/core/pod-patch.ts";
import { revisionName } from "../../../controller/core/revision-name.ts";
import { withHashes } from "../../../controller/core/sidecars.ts";
import { PodSharing } from "../../../controller/k8s/codec/pod-builder.ts";
import { podFromJson } from "../../../controller/k8s/codec/pod-json.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { revisionData } from "../../../controller/policy/revision-data.ts";
import { planOf } from "../../controller/core/make-rollout.ts";
import { type Area, type Outcome, same } from "../area.ts";
import { difference, textAt, timeless } from "../compare.ts";
import { excusedReconcile } from "../hot-deviations.ts";
import { hotPod, hotSet } from "../generate/hot.ts";
import { HASH, HASH_WITHOUT_IMAGE } from "../generate/rollout.ts";
import type { JsonObject } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";
import { admitSidecarSet, policy } from "../ours.ts";

export interface ReconcileCase {
  /** With its defaults and hashes. */
  readonly sidecarSet: JsonObject;
  readonly pod: JsonObject;
}

/** What one pass over a set with a single Pod counts, and what the Pod has after it. */
export interface ReconcileAnswer {
  readonly matchedPods: number;
  readonly updatedPods: number;
  readonly readyPods: number;
  readonly updatedReadyPods: number;
  readonly latestRevision: string;
  readonly written: boolean;
  readonly images: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function inputs({ version }: Release): fc.Arbitrary<ReconcileCase> {
  const header = { apiVersion: `apps.kruise.io/${version}`, kind: "SidecarSet" };
  return fc.tuple(hotSet, hotPod).map(([set, pod]) => {
    const { object } = admitSidecarSet({ version, object: { ...header, ...set }, others: [] });
    const annotation = (key: string) => textAt(object, "metadata", "annotations", key);
    const text = JSON.stringify(pod)
      .replaceAll(HASH_WITHOUT_IMAGE, annotation("kruise.io/sidecarset-hash-without-image"))
      .replaceAll(HASH, annotation("kruise.io/sidecarset-hash"));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documents are JSON
    return { sidecarSet: object as JsonObject, pod: JSON.parse(text) as JsonObject };
  });
}

async function ask(original: Original, input: ReconcileCase): Promise<ReconcileAnswer> {
  const answer = await original.ask("reconcile", input);
  if ("panic" in answer) throw new Error(answer.panic);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
  return answer.output as ReconcileAnswer;
}

async function judge(input: ReconcileCase, theirs: ReconcileAnswer): Promise<Outcome> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- admitted, hence of this shape
  const normalized = withHashes(input.sidecarSet as unknown as SidecarSet);
  if (normalized === undefined) throw new Error("the set has no hashes");
  const pod = podFromJson(input.pod, new PodSharing());
  const revision = revisionName("set", revisionData(policy, normalized.set.spec), 0);
  const { counters, upgrades } = planOf(normalized, [pod]);
  const [upgrade] = upgrades;
  const patch = upgrade && podPatch(pod, normalized, upgrade, { now: 0, guarded: false, revision });
  const to = new Map((patch?.spec?.containers ?? []).map(({ name, image }) => [name, image]));
  const ours: ReconcileAnswer = {
    ...counters,
    latestRevision: revision,
    written: patch !== undefined,
    images: Object.fromEntries(pod.containers.map(({ name, image }) => [name, to.get(name) ?? image])),
    annotations: { ...pod.annotations, ...patch?.metadata.annotations },
  };
  const found = difference(timeless(ours), timeless(theirs));
  if (found === undefined) return same;
  const excuse = excusedReconcile({ pod, normalized, upgrade }, ours, theirs);
  return excuse ?? { kind: "different", how: found };
}

export const reconciliation: Area<ReconcileCase, ReconcileAnswer> = {
  name: "reconcile",
  needs: "separateEnds",
  inputs,
  ask,
  judge,
};
