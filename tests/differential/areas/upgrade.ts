import * as fc from "fast-check";
import { comparePods } from "../../../controller/core/pod-order.ts";
import { podPatch, upgradeOf } from "../../../controller/core/pod-patch.ts";
import { byPriority } from "../../../controller/core/pod-priority.ts";
import { injectedSets } from "../../../controller/core/pod-records.ts";
import { scatter } from "../../../controller/core/pod-scatter.ts";
import { podJudge } from "../../../controller/core/pod-state.ts";
import { withHashes } from "../../../controller/core/sidecars.ts";
import { effectiveStrategy } from "../../../controller/core/update-strategy.ts";
import { upgradeCount } from "../../../controller/core/upgrade-count.ts";
import { PodSharing } from "../../../controller/k8s/codec/pod-builder.ts";
import { podFromJson } from "../../../controller/k8s/codec/pod-json.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import { type Area, type Outcome, same } from "../area.ts";
import { at, difference, textAt, timeless } from "../compare.ts";
import { excusedUpgrade } from "../deviations.ts";
import { HASH, HASH_WITHOUT_IMAGE, rolledSet, runningPods } from "../generate/rollout.ts";
import type { JsonObject } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";
import { admitSidecarSet } from "../ours.ts";

export interface UpgradeCase {
  /** With its defaults and hashes. */
  readonly sidecarSet: JsonObject;
  readonly pods: readonly JsonObject[];
}

interface PodState {
  readonly injected: boolean;
  readonly structured: boolean;
  readonly updated: boolean;
  readonly consistent: boolean;
  readonly ready: boolean;
  readonly upgradable: boolean;
  readonly settled: boolean;
  readonly images: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Names of Pods to upgrade, in order, and of those that cannot be; what each Pod is to the set. */
export interface UpgradeAnswer {
  readonly upgrade: readonly string[];
  readonly notUpgradable: readonly string[];
  readonly pods: readonly PodState[];
}

function inputs({ version, features }: Release): fc.Arbitrary<UpgradeCase> {
  const admitted = rolledSet
    .map((object) => admitSidecarSet({ version, object, others: [] }))
    .filter(({ accepted }) => accepted);
  return fc.tuple(admitted, runningPods).map(([{ object }, pods]) => {
    const annotation = (key: string) => textAt(object, "metadata", "annotations", key);
    const text = JSON.stringify(pods)
      .replaceAll(HASH_WITHOUT_IMAGE, annotation("kruise.io/sidecarset-hash-without-image"))
      .replaceAll(HASH, annotation("kruise.io/sidecarset-hash"));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- documents are JSON
    const asked = { sidecarSet: object as JsonObject, pods: JSON.parse(text) as JsonObject[] };
    const prioritised = at(object, "spec", "updateStrategy", "priorityStrategy") !== undefined;
    return features.includes("stablePriority") || !prioritised ? asked : lastFirst(asked);
  });
}

/** With the Pods listed the other way round than they are upgraded, so that going by the list settles ties as we do. */
function lastFirst({ sidecarSet, pods }: UpgradeCase): UpgradeCase {
  const sharing = new PodSharing();
  const judged = pods.map((pod) => ({ pod, read: podFromJson(pod, sharing) }));
  const order = judged.toSorted((a, b) => comparePods(b.read, a.read));
  return { sidecarSet, pods: order.map(({ pod }) => pod) };
}

async function ask(original: Original, input: UpgradeCase): Promise<UpgradeAnswer> {
  const answer = await original.ask("upgrade", input);
  if ("panic" in answer) throw new Error(answer.panic);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
  const output = answer.output as UpgradeAnswer;
  return { ...output, pods: output.pods ?? [] };
}

async function judge(input: UpgradeCase, theirs: UpgradeAnswer): Promise<Outcome> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- admitted, hence of this shape
  const normalized = withHashes(input.sidecarSet as unknown as SidecarSet);
  if (normalized === undefined) throw new Error("the set has no hashes");
  const sharing = new PodSharing();
  const pods = input.pods.map((pod) => podFromJson(pod, sharing));
  const judgePod = podJudge(normalized);
  const strategy = effectiveStrategy(normalized.set);
  const states = pods.map((pod): PodState => {
    const state = judgePod(pod);
    const change = state.complete ? upgradeOf(pod, normalized) : undefined;
    const patch = change && podPatch(pod, normalized, change, { now: 0, guarded: false });
    return {
      injected: injectedSets(pod).includes("set"),
      structured: state.complete,
      updated: state.updated,
      consistent: state.consistent,
      ready: state.ready,
      upgradable: state.upgradable,
      settled: state.upgradable && !state.settling,
      images: Object.fromEntries((change?.images ?? []).map(({ container, to }) => [container, to])),
      annotations: { ...pod.annotations, ...patch?.metadata.annotations },
    };
  });
  const waiting: Pod[] = [];
  const notUpgradable: string[] = [];
  for (const [i, pod] of pods.entries()) {
    const state = states[i];
    if (state === undefined || state.updated || !strategy.selects(pod.labels)) continue;
    if (!state.upgradable) notUpgradable.push(pod.name);
    else if (state.settled) waiting.push(pod);
  }
  const ordered = scatter(
    byPriority(waiting.toSorted(comparePods), strategy.priority),
    pods,
    strategy.scatter,
  );
  // The original's own idea of what is busy; ours is stricter, see `plan`.
  const busy = states.filter(({ updated, consistent, ready }) => updated && !(consistent && ready)).length;
  const ready = ordered.map((pod) => judgePod(pod).ready);
  const { count } = upgradeCount(ready, { ...strategy, waiting: ordered.length, total: pods.length, busy });
  const ours: UpgradeAnswer = {
    upgrade: ordered.slice(0, count).map(({ name }) => name),
    notUpgradable,
    pods: states,
  };
  const found = difference(timeless(ours), timeless(theirs));
  if (found === undefined) return same;
  return excusedUpgrade(found) ?? { kind: "different", how: found };
}

export const upgrade: Area<UpgradeCase, UpgradeAnswer> = { name: "upgrade", inputs, ask, judge };
