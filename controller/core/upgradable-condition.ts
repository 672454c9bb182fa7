import { type Pod, upgradableConditionType } from "../model/pod.ts";
import { jsonMembers, writeMembers } from "./json-members.ts";
import type { Standing } from "./pod-standing.ts";

/** What a Pod's condition SidecarSetUpgradable is to say of one set; "absent" takes the set's entry away. */
export type UpgradableEntry = boolean | "absent";

/** A strategic-merge patch of a Pod's status. */
export interface ConditionPatch {
  readonly metadata: { readonly uid: string };
  readonly status: { readonly conditions: readonly [Readonly<Record<string, string>>] };
}

/**
 * The entry that has to be written for a set; undefined when the condition says what it should.
 *
 * Only Pods that cannot be upgraded in place get an entry, so that a rollout costs one write a Pod. It becomes true when
 * the Pod has the current sidecars or can get them, and goes with the set. `standing` is undefined for a Pod that the set
 * does not select.
 */
export function dueEntry(pod: Pod, set: string, standing: Standing | undefined): UpgradableEntry | undefined {
  const wanted = standing === undefined ? "absent" : entries[standing];
  if (pod.upgradable === null) return wanted === false ? false : undefined;
  const told = jsonMembers(pod.upgradable.message) ?? [];
  const known = told.find(({ key }) => key === set)?.text;
  if (wanted === undefined || (known === undefined && wanted !== false)) return undefined;
  return known === String(wanted) ? undefined : wanted;
}

/** Standings under which nothing is known that would change an entry, such as a pause, are left out. */
const entries: Partial<Readonly<Record<Standing, UpgradableEntry>>> = {
  SidecarMissing: "absent",
  PodRecreationRequired: false,
  NativeRestartUnsupported: false,
  settled: true,
  unannotated: true,
  unavailable: true,
  waiting: true,
};

/**
 * The patch that writes an entry and takes away those of sets that do not exist any more; `now` is in milliseconds. A
 * condition without entries is removed. Its transition time changes with its status alone.
 */
export function conditionPatch(
  pod: Pod,
  set: string,
  entry: UpgradableEntry,
  options: { readonly exists: (set: string) => boolean; readonly now: number },
): ConditionPatch {
  const before = pod.upgradable;
  const others = (jsonMembers(before?.message ?? "") ?? []).filter(
    ({ key }) => key !== set && options.exists(key),
  );
  const told = entry === "absent" ? others : [...others, { key: set, text: String(entry) }];
  const type = upgradableConditionType;
  const patch = (condition: Readonly<Record<string, string>>): ConditionPatch => ({
    metadata: { uid: pod.uid },
    status: { conditions: [condition] },
  });
  if (told.length === 0) return patch({ type, $patch: "delete" });
  const holds = told.every(({ text }) => text === "true");
  const status = holds ? "True" : "False";
  return patch({
    type,
    status,
    reason: holds ? "AllSidecarsetUpgradable" : "UpdateImmutableField",
    message: writeMembers(told),
    ...(before?.status !== status && {
      lastTransitionTime: `${new Date(options.now).toISOString().slice(0, 19)}Z`,
    }),
  });
}

/** True when a Pod's condition has an entry of this set. */
export function isToldOf(pod: Pod, set: string): boolean {
  if (pod.upgradable === null) return false;
  return jsonMembers(pod.upgradable.message)?.some(({ key }) => key === set) === true;
}
