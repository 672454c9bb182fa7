import * as fc from "fast-check";
import { type Area, type Outcome, same, type Spell } from "../area.ts";
import { difference, timeless } from "../compare.ts";
import { excusedInjection, excusedPod } from "../deviations.ts";
import { injectable } from "../generate/injectable.ts";
import { pod } from "../generate/pod.ts";
import { type Json, type JsonObject, labels, mostly, oneOf } from "../generate/values.ts";
import type { Original, Release } from "../original.ts";
import { admitPod, type Ours } from "../ours.ts";

export interface PodCase {
  readonly object: JsonObject;
  readonly namespace: string;
  readonly namespaceLabels: JsonObject;
  /** In the order in which they apply here. */
  readonly sidecarSets: readonly JsonObject[];
  /** Whether containers are sorted by name; absent where the release has no such gate. */
  readonly sortByName?: boolean;
}

export interface PodAnswer {
  readonly allowed: boolean;
  readonly message?: string;
  readonly object?: Json;
  readonly panic?: string;
}

function inputs(release: Release): fc.Arbitrary<PodCase> {
  const sets = fc.oneof(
    { weight: 4, arbitrary: injectable(release, "set-a").map((set) => [set]) },
    { weight: 1, arbitrary: fc.tuple(injectable(release, "set-a"), injectable(release, "set-b")) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        injectable(release, "set-a"),
        injectable(release, "set-b"),
        injectable(release, "set-c"),
      ),
    },
  );
  const own = labels.map((found): JsonObject => ({ ...found, "kubernetes.io/metadata.name": "shop" }));
  return fc.record({
    object: pod,
    namespace: oneOf("shop"),
    namespaceLabels: own,
    sidecarSets: sets,
    ...(release.features.includes("sortByName") && {
      sortByName: mostly(fc.constant(false), fc.constant(true), 3),
    }),
  });
}

/** A Pod and what it is injected among; `revisions` are ControllerRevisions. */
interface PodQuestion extends PodCase {
  readonly revisions?: readonly JsonObject[];
}

export async function askForPod(original: Original, question: PodQuestion): Promise<PodAnswer> {
  const { namespace, namespaceLabels, sortByName = false, ...rest } = question;
  const namespaces = [{ metadata: { name: namespace, labels: namespaceLabels } }];
  const answer = await original.ask("pod", { ...rest, namespace, namespaces, sortByName });
  if ("panic" in answer) return { allowed: false, panic: answer.panic };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
  const { allowed, message, object: stored } = answer.output as PodAnswer;
  return allowed
    ? { allowed, ...(stored !== undefined && { object: stored }) }
    : { allowed, ...(message !== undefined && { message }) };
}

/** Compares what becomes of a Pod. */
export async function comparePods(
  pod: JsonObject,
  ours: Ours,
  theirs: PodAnswer,
  spell: Spell,
): Promise<Outcome> {
  const excuse = excusedInjection(ours, theirs);
  if (excuse !== undefined) return excuse;
  if (ours.accepted !== theirs.allowed) {
    const how = ours.accepted
      ? `injected here, refused there: ${theirs.panic ?? theirs.message}`
      : `refused here, injected there: ${ours.message}`;
    return { kind: "different", how };
  }
  if (!ours.accepted) return same;
  const found = difference(
    timeless(await spell("pod", ours.object)),
    timeless(await spell("pod", theirs.object)),
  );
  return found === undefined ? same : (excusedPod(pod, found) ?? { kind: "different", how: found });
}

async function judge(input: PodCase, theirs: PodAnswer, spell: Spell): Promise<Outcome> {
  return comparePods(input.object, admitPod(input), theirs, spell);
}

export const injection: Area<PodCase, PodAnswer> = { name: "injection", inputs, ask: askForPod, judge };
