import { isJsonObject, type JsonObject } from "../model/json.ts";
import {
  hashAnnotation,
  hashWithoutImageAnnotation,
  type SidecarSet,
  type SidecarSetSpec,
} from "../model/sidecarset.ts";
import { canonicalJson } from "./canonical-json.ts";

/** What of a SidecarSet's spec decides how new Pods are injected; everything else may change without a new PolicyServer. */
const injectionFields = [
  "selector",
  "namespaceSelector",
  "namespace",
  "containers",
  "initContainers",
  "volumes",
  "imagePullSecrets",
  "patchPodMetadata",
  "injectionStrategy",
] as const;

const injectionAnnotations = [
  hashAnnotation,
  hashWithoutImageAnnotation,
  "apps.kruise.io/sidecarset-canary",
  "apps.kruise.io/sidecarset-base",
];

/** What of the update strategy decides which revision a new Pod gets, for a set that asks for an earlier one. */
const revisionFields = ["paused", "selector", "partition"] as const;

/** An earlier revision that new Pods are to get. */
export interface PinnedRevision {
  readonly name: string;
  readonly hash: string;
  readonly hashWithoutImage: string;
  /** containers, initContainers, volumes, imagePullSecrets and patchPodMetadata, as far as it has them. */
  readonly spec: JsonObject;
}

/** What a set's history adds to its entry. */
export interface EntryRevisions {
  /** Name of the set's own revision; undefined while there is none. */
  readonly latest: string | undefined;
  readonly pinned: PinnedRevision | undefined;
}

/**
 * Canonical JSON of a normalised set as the policy's settings hold it.
 *
 * Its own revision changes with what is injected and with nothing else, so it costs no restart of its own.
 */
export function settingsEntry({ metadata, spec }: SidecarSet, { latest, pinned }: EntryRevisions): string {
  const annotations = injectionAnnotations.map((key) => [key, metadata.annotations?.[key]]);
  const early = { paused: spec.paused, ...spec.updateStrategy };
  const strategy = pinned && Object.fromEntries(revisionFields.map((field) => [field, early[field]]));
  return canonicalJson({
    metadata: { name: metadata.name, annotations: Object.fromEntries(annotations) },
    spec: {
      ...Object.fromEntries(injectionFields.map((field) => [field, spec[field]])),
      updateStrategy: strategy,
    },
    status: latest === undefined ? undefined : { latestRevision: latest },
    revision: pinned && {
      name: pinned.name,
      annotations: {
        [hashAnnotation]: pinned.hash,
        [hashWithoutImageAnnotation]: pinned.hashWithoutImage,
      },
      spec: pinned.spec,
    },
  });
}

/** True for an entry that asks for a revision and does not hold it: the policy can do no more than leave the set out. */
export function lacksRevision(entry: string): boolean {
  const { spec, revision }: { readonly spec?: SidecarSetSpec; readonly revision?: unknown } =
    JSON.parse(entry);
  const { revisionName, customVersion } = spec?.injectionStrategy?.revision ?? {};
  return revision === undefined && (revisionName !== undefined || customVersion !== undefined);
}

/** The settings that a ClusterAdmissionPolicy holds now. */
export interface LiveSettings {
  /** Canonical JSON of the entries by name of the set; entries without a name are not among them. */
  readonly entries: ReadonlyMap<string, string>;
  /** Canonical JSON of the whole list of sets; differs from that of `entries` when someone else wrote it. */
  readonly list: string;
  /** Members other than `sidecarSets`, which belong to the user. */
  readonly others: JsonObject;
}

/** Reads `spec.settings` of a ClusterAdmissionPolicy; anything but an object reads as empty. */
export function readLiveSettings(settings: unknown): LiveSettings {
  const { sidecarSets, ...others } = isJsonObject(settings) ? settings : {};
  const entries = new Map<string, string>();
  for (const set of Array.isArray(sidecarSets) ? (sidecarSets as readonly unknown[]) : []) {
    const metadata = isJsonObject(set) ? set["metadata"] : undefined;
    const name = isJsonObject(metadata) ? metadata["name"] : undefined;
    if (typeof name === "string") entries.set(name, canonicalJson(set));
  }
  return { entries, list: canonicalJson(sidecarSets ?? []), others };
}

/** One SidecarSet that exists, and the entry it should have; without one (invalid, rejected) the last good one stays. */
export interface WantedEntry {
  readonly name: string;
  readonly entry: string | undefined;
}

/** Why a set's wanted entry is not in the settings. */
export interface Oversize {
  /** Bytes of the entry. */
  readonly bytes: number;
  /** Bytes that the settings would have with it. */
  readonly total: number;
  readonly limit: number;
  /** The largest entries in the settings, for the message. */
  readonly largest: readonly { readonly name: string; readonly bytes: number }[];
}

/** The settings as they should be. */
export interface SettingsDecision {
  /** Canonical JSON of the list of sets, sorted by name. */
  readonly list: string;
  readonly entries: ReadonlyMap<string, string>;
  /** Sets whose wanted entry does not fit; they keep their last good entry where they have one. */
  readonly oversize: ReadonlyMap<string, Oversize>;
  /** UTF-8 bytes of the whole settings. */
  readonly bytes: number;
}

/**
 * Decides what the settings should hold, within `limit` bytes of UTF-8.
 *
 * Entries of sets that are gone go. Then the wanted entries take the place of the live ones, those that save bytes first
 * and the rest by name, each as long as the whole fits; so a set that grows too large harms itself alone. The settings are
 * never cut short, and they only exceed the limit when the live ones do already.
 */
export function decideSettings(
  wanted: readonly WantedEntry[],
  live: LiveSettings,
  limit: number,
): SettingsDecision {
  const entries = new Map<string, string>();
  for (const { name } of wanted) {
    const last = live.entries.get(name);
    if (last !== undefined) entries.set(name, last);
  }
  let total = sizeOf(settingsDocument("[]", live));
  for (const entry of entries.values()) total += sizeOf(entry) + 1;

  const oversize = new Map<string, Oversize>();
  const changes = wanted
    .flatMap(({ name, entry }) =>
      entry === undefined ? [] : [{ name, entry, growth: growthOf(name, entry) }],
    )
    .toSorted((a, b) => Number(a.growth > 0) - Number(b.growth > 0) || compareText(a.name, b.name));
  function growthOf(name: string, entry: string): number {
    const last = entries.get(name);
    return sizeOf(entry) + 1 - (last === undefined ? 0 : sizeOf(last) + 1);
  }
  for (const { name, entry, growth } of changes) {
    if (growth > 0 && total + growth > limit) {
      oversize.set(name, { bytes: sizeOf(entry), total: total + growth, limit, largest: largestOf(entries) });
    } else {
      entries.set(name, entry);
      total += growth;
    }
  }
  const list = `[${[...entries]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([, entry]) => entry)
    .join(",")}]`;
  return { list, entries, oversize, bytes: sizeOf(settingsDocument(list, live)) };
}

/** Canonical JSON of whole settings: a list of sets beside the user's other members. */
export function settingsDocument(list: string, { others }: Pick<LiveSettings, "others">): string {
  return canonicalJson({ ...others, sidecarSets: JSON.parse(list) });
}

function largestOf(entries: ReadonlyMap<string, string>): Oversize["largest"] {
  return [...entries]
    .map(([name, entry]) => ({ name, bytes: sizeOf(entry) }))
    .toSorted((a, b) => b.bytes - a.bytes || compareText(a.name, b.name))
    .slice(0, 3);
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
