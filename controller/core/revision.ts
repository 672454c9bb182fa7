import type { JsonObject } from "../model/json.ts";
import { customVersionLabel, type Revision, setNameLabel } from "../model/revision.ts";
import type { InjectionStrategy, SidecarSet, SidecarSetSpec } from "../model/sidecarset.ts";
import { revisionHash, revisionName } from "./revision-name.ts";

/** Kept when spec.revisionHistoryLimit is not set. */
const defaultLimit = 10;

/** A copy of the whole manifest: large, and of no use to anybody who reads a revision. */
const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/** The custom version of a set: spec.customVersion, or the label by which v1alpha1 says it. */
export function customVersionOf({ metadata, spec }: SidecarSet): string | undefined {
  return spec.customVersion || metadata.labels?.[customVersionLabel] || undefined;
}

/** The revisions that belong to this very set, or to nobody, oldest first. */
export function ownRevisions(revisions: Iterable<Revision>, uid: string): readonly Revision[] {
  return [...revisions].filter(({ owner }) => owner === undefined || owner === uid).toSorted(compareAge);
}

function compareAge(a: Revision, b: Revision): number {
  if (a.revision !== b.revision) return a.revision - b.revision;
  const [one, other] = [a.creationTimestamp, b.creationTimestamp];
  if (one !== other) return one < other ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** How the history comes to end with the present state of a set. */
export type HistoryStep =
  /** It does. */
  | { readonly kind: "current"; readonly latest: Revision }
  /** The set has gone back to this revision, which gets a new number. */
  | { readonly kind: "bump"; readonly latest: Revision; readonly revision: number }
  | { readonly kind: "create"; readonly revision: number };

/** What has to be done for a set with this digest; `own` oldest first. */
export function nextStep(own: readonly Revision[], digest: string): HistoryStep {
  const newest = own.at(-1);
  const equal = own.findLast((revision) => revision.digest === digest);
  const revision = (newest?.revision ?? 0) + 1;
  if (equal === undefined) return { kind: "create", revision };
  return equal === newest ? { kind: "current", latest: equal } : { kind: "bump", latest: equal, revision };
}

/** The ControllerRevision to create for a normalised set, as OpenKruise writes it but for kubectl's copy of the manifest. */
export function revisionObject(
  set: SidecarSet,
  { data, namespace, revision, collisionCount }: NewRevision,
): NamedObject {
  const { name, uid, labels, annotations } = set.metadata;
  const version = customVersionOf(set);
  const { [lastAppliedAnnotation]: _, ...kept } = annotations ?? {};
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: revisionName(name, data, collisionCount),
      namespace,
      labels: {
        ...labels,
        "controller.kubernetes.io/hash": revisionHash(data, collisionCount),
        ...(version !== undefined && { [customVersionLabel]: version }),
        [setNameLabel]: name,
      },
      annotations: kept,
      ownerReferences: [
        {
          apiVersion: "apps.kruise.io/v1beta1",
          kind: "SidecarSet",
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    data: JSON.parse(data),
    revision,
  };
}

/** An object of the API that has a name. */
export type NamedObject = JsonObject & { readonly metadata: JsonObject & { readonly name: string } };

/** What a new revision is made from. */
export interface NewRevision {
  /** JSON text. */
  readonly data: string;
  readonly namespace: string;
  readonly revision: number;
  readonly collisionCount: number;
}

/**
 * The revisions over the limit that may go, oldest first: not the newest, none that a Pod records (`recorded`), none that
 * the injection strategy names. `recorded` is asked only when there are too many.
 */
export function surplusRevisions(
  own: readonly Revision[],
  { spec }: Pick<SidecarSet, "spec">,
  recorded: () => ReadonlySet<string>,
): readonly Revision[] {
  const surplus = own.length - revisionLimit(spec);
  if (surplus <= 0) return [];
  const inUse = new Set(recorded());
  const { revisionName, customVersion } = spec.injectionStrategy?.revision ?? {};
  const named = own.findLast((revision) => revision.customVersion === customVersion);
  if (typeof revisionName === "string") inUse.add(revisionName);
  if (typeof customVersion === "string" && named !== undefined) inUse.add(named.name);
  return own
    .slice(0, -1)
    .filter(({ name }) => !inUse.has(name))
    .slice(0, surplus);
}

/** How many revisions of a set are kept at most, as long as no more are in use. */
export function revisionLimit({ revisionHistoryLimit }: SidecarSetSpec): number {
  return Math.max(1, revisionHistoryLimit ?? defaultLimit);
}

/** What a set's injection strategy asks for, and the revision that it names among the set's own. */
export interface Pin {
  /** As people write it: `revisionName a-1` or `customVersion v1`. */
  readonly asked: string;
  /** Undefined when there is none. */
  readonly revision: Revision | undefined;
}

/** The revision that new Pods are to get; undefined for a set that does not say. A name wins over a custom version. */
export function pinOf(own: readonly Revision[], strategy: InjectionStrategy | undefined): Pin | undefined {
  const { revisionName, customVersion } = strategy?.revision ?? {};
  if (typeof revisionName === "string") {
    const revision = own.find(({ name }) => name === revisionName);
    return { asked: `revisionName ${JSON.stringify(revisionName)}`, revision };
  }
  if (typeof customVersion !== "string") return undefined;
  const revision = own.findLast((candidate) => candidate.customVersion === customVersion);
  return { asked: `customVersion ${JSON.stringify(customVersion)}`, revision };
}
