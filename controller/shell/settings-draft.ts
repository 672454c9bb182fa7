import { setImmediate as nextTurn } from "node:timers/promises";
import { nextEntry } from "../core/set-document.ts";
import {
  decideSettings,
  type LiveSettings,
  type SettingsDecision,
  type WantedEntry,
} from "../core/settings.ts";
import type { SettingsTrials } from "../core/settings-trials.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { SettingsJudge } from "../policy/settings-judge.ts";
import type { Clock } from "../runtime/clock.ts";
import type { SetDocuments } from "./set-documents.ts";

/** What a draft is made from. */
export interface DraftParts {
  readonly sets: Iterable<SidecarSet>;
  readonly documents: Pick<SetDocuments, "of">;
  readonly judge: Pick<SettingsJudge, "judgeEntry">;
  readonly trials: SettingsTrials;
  readonly limitBytes: number;
}

/** Settings as they should be now, and why some sets are not in them as they want to be. */
export interface SettingsDraft {
  readonly live: LiveSettings;
  /** Wanted entries by set, refused ones too. */
  readonly entries: ReadonlyMap<string, string>;
  /** What the policy says against an entry, by set. */
  readonly rejected: ReadonlyMap<string, string>;
  /** True when the history of some set is being written, and its entry waits for that. */
  readonly pending: boolean;
  readonly decision: SettingsDecision;
}

/** Work without a pause, in milliseconds. */
const longestTurnMs = 20;

/**
 * Has the policy asked about every set that it has not seen yet, so that `decide` need not: milliseconds each, seconds for
 * all of a large cluster at the start. The Lease must not wait for that, so others have their turn in between.
 */
export async function askInTurns(
  live: LiveSettings,
  {
    sets,
    documents,
    judge,
    clock,
  }: Pick<DraftParts, "sets" | "documents" | "judge"> & { readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  let turnEnds = clock.monotonic() + longestTurnMs;
  for (const set of sets) {
    const { name } = set.metadata;
    const entry = nextEntry(documents.of(set), live.entries.get(name));
    if (entry !== undefined) judge.judgeEntry(name, entry, live);
    if (clock.monotonic() < turnEnds) continue;
    await nextTurn();
    signal.throwIfAborted();
    turnEnds = clock.monotonic() + longestTurnMs;
  }
}

/** Decides what should follow the live settings: every set's document, but for those that the policy or a server refused. */
export function decide(
  live: LiveSettings,
  { sets, documents, judge, trials, limitBytes }: DraftParts,
): SettingsDraft {
  const entries = new Map<string, string>();
  const rejected = new Map<string, string>();
  const wanted: WantedEntry[] = [];
  let pending = false;
  for (const set of sets) {
    const { name } = set.metadata;
    const document = documents.of(set);
    if (document.kind === "pending") pending = true;
    let entry = nextEntry(document, live.entries.get(name));
    if (entry !== undefined) {
      entries.set(name, entry);
      const problem = judge.judgeEntry(name, entry, live);
      if (problem !== undefined) {
        rejected.set(name, problem);
        entry = undefined;
      }
    }
    wanted.push({ name, entry });
  }
  return { live, entries, rejected, pending, decision: admit(wanted, live, trials, limitBytes) };
}

/** Decides without the entries that a PolicyServer has failed with; what is left may have failed as a whole as well. */
function admit(
  wanted: readonly WantedEntry[],
  live: LiveSettings,
  trials: SettingsTrials,
  limitBytes: number,
): SettingsDecision {
  const changes = new Map<string, string>();
  for (const { name, entry } of wanted) {
    if (entry !== undefined && entry !== live.entries.get(name)) changes.set(name, entry);
  }
  const held = trials.held(changes);
  const admitted = wanted.map((wish) => (held.has(wish.name) ? { ...wish, entry: undefined } : wish));
  const decision = decideSettings(admitted, live, limitBytes);
  const why = decision.list === live.list ? undefined : trials.whyFailed(decision.list);
  const tried = new Map([...changes].filter(([name, entry]) => decision.entries.get(name) === entry));
  if (why === undefined || tried.size === 0) return decision;
  trials.fail(decision.list, tried, why);
  return admit(wanted, live, trials, limitBytes);
}

/** For settings that are refused as a whole: every set whose entry would change, with the problem. */
export function allChanged(
  { live, entries, rejected }: SettingsDraft,
  problem: string,
): ReadonlyMap<string, string> {
  const changed = [...entries].filter(([name, entry]) => live.entries.get(name) !== entry);
  return new Map([...changed.map(([name]) => [name, problem] as const), ...rejected]);
}
