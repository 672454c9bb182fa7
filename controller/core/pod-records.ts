import { isJsonObject } from "../model/json.ts";
import type { Pod, StringMap } from "../model/pod.ts";
import { hashAnnotation } from "../model/sidecarset.ts";
import { type JsonMember, jsonMembers, writeMembers } from "./json-members.ts";

/** Annotation on a Pod: names of the SidecarSets injected into it, joined by commas. */
export const injectedListAnnotation = "kruise.io/sidecarset-injected-list";

/** Annotation on a Pod: what its containers ran before the last in-place upgrade, by SidecarSet. */
export const inPlaceStateAnnotation = "kruise.io/sidecarset-inplace-update-state";

/** Names of the SidecarSets injected into a Pod. */
export function injectedSets(pod: Pod): readonly string[] {
  const list = pod.annotations[injectedListAnnotation];
  return list === undefined || list === "" ? [] : list.split(",");
}

/**
 * The hash that a Pod's annotation (either of the two) records for a set; undefined without a record.
 *
 * Reads both shapes: `{"set":{"hash":"..."}}`, and OpenKruise's first one `{"set":"..."}`.
 */
export function recordedHash(pod: Pod, annotation: string, set: string): string | undefined {
  const entry = parseObject(pod.annotations[annotation])?.[set];
  if (typeof entry === "string") return entry;
  const hash = isJsonObject(entry) ? entry["hash"] : undefined;
  return typeof hash === "string" ? hash : undefined;
}

/** Name of the ControllerRevision that a Pod records for a set; undefined without one. */
export function recordedRevision(pod: Pod, set: string): string | undefined {
  const entry = parseObject(pod.annotations[hashAnnotation])?.[set];
  const revision = isJsonObject(entry) ? entry["controllerRevision"] : undefined;
  return typeof revision === "string" && revision !== "" ? revision : undefined;
}

/** When a hash annotation was last written for any set, in milliseconds since the epoch; -Infinity when it does not tell. */
export function latestUpdate(pod: Pod, annotation: string): number {
  const times = Object.values(parseObject(pod.annotations[annotation]) ?? {}).map((entry) =>
    isJsonObject(entry) && typeof entry["updateTimestamp"] === "string"
      ? Date.parse(entry["updateTimestamp"])
      : Number.NaN,
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...times.filter((time) => !Number.isNaN(time)));
}

/** What a Pod's hash annotation says of one set after an in-place upgrade. */
export interface HashRecord {
  /** RFC 3339 with whole seconds. */
  readonly updateTimestamp: string;
  readonly hash: string;
  readonly sidecarSetName: string;
  readonly sidecarList: readonly string[];
  /** Name of the ControllerRevision; left out while there is none. */
  readonly controllerRevision?: string | undefined;
}

/**
 * The text of a hash annotation with the record of one set put in; records of other sets keep their text, but entries in
 * the first shape are brought into the newer one, because readers expect one shape throughout.
 */
export function putHashRecord(text: string | undefined, record: HashRecord): string {
  const { updateTimestamp, hash, sidecarSetName, sidecarList, controllerRevision } = record;
  const others = membersExcept(text, sidecarSetName).map(({ key, text }) => ({
    key,
    text: text.startsWith('"') ? firstShapeRecord(key, text) : text,
  }));
  const entry = { updateTimestamp, hash, sidecarSetName, sidecarList, controllerRevision };
  return writeMembers([...others, { key: sidecarSetName, text: JSON.stringify(entry) }]);
}

/** What a container ran before its last upgrade. */
export interface LastStatus {
  /** "" when there was none. */
  readonly imageID: string;
  /** Undefined in a record that OpenKruise has written. */
  readonly restartCount: number | undefined;
}

/** What a Pod's in-place state says of one set. */
export interface InPlaceState {
  /** By container. */
  readonly before: ReadonlyMap<string, LastStatus>;
}

/** The in-place state of a set: absent annotation, unreadable annotation, or what it says (nothing for other sets). */
export function inPlaceState(pod: Pod, set: string): InPlaceState | "absent" | "unreadable" {
  const text = pod.annotations[inPlaceStateAnnotation];
  if (text === undefined) return "absent";
  const whole = parseObject(text);
  if (whole === undefined) return "unreadable";
  return stateOf(whole[set]);
}

/** The in-place states of all sets. */
export function inPlaceStates(pod: Pod): readonly InPlaceState[] {
  return Object.values(parseObject(pod.annotations[inPlaceStateAnnotation]) ?? {}).map(stateOf);
}

function stateOf(entry: unknown): InPlaceState {
  const statuses = isJsonObject(entry) ? entry["lastContainerStatuses"] : undefined;
  const before = new Map<string, LastStatus>();
  if (isJsonObject(statuses)) {
    for (const [container, status] of Object.entries(statuses)) {
      const { imageID, restartCount } = isJsonObject(status) ? status : {};
      before.set(container, {
        imageID: typeof imageID === "string" ? imageID : "",
        restartCount: typeof restartCount === "number" ? restartCount : undefined,
      });
    }
  }
  return { before };
}

/**
 * The text of the in-place state with what the containers about to change run now put in; undefined for one without a
 * status.
 *
 * `revision` and `updateTimestamp` of an entry stay those of the set's first upgrade, as in OpenKruise; records of other
 * containers and other sets stay. An unreadable annotation is replaced. OpenKruise does not know `restartCount`, and
 * leaves it out when it writes an entry anew.
 */
export function putInPlaceState(
  text: string | undefined,
  set: string,
  first: { readonly revision: string; readonly updateTimestamp: string },
  before: ReadonlyMap<string, LastStatus | undefined>,
): string {
  const entry = parseObject(text)?.[set];
  const known = isJsonObject(entry) ? entry : undefined;
  const statuses = isJsonObject(known?.["lastContainerStatuses"]) ? known["lastContainerStatuses"] : {};
  const changed = [...before].map(([name, last]) => {
    const { imageID = "", restartCount } = last ?? {};
    return [
      name,
      { ...(imageID !== "" && { imageID }), ...(restartCount !== undefined && { restartCount }) },
    ] as const;
  });
  const merged = Object.entries({ ...statuses, ...Object.fromEntries(changed) }).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const value = {
    revision: known?.["revision"] ?? first.revision,
    updateTimestamp: known?.["updateTimestamp"] ?? first.updateTimestamp,
    lastContainerStatuses: Object.fromEntries(merged),
  };
  return writeMembers([...membersExcept(text, set), { key: set, text: JSON.stringify(value) }]);
}

/** True when an in-place upgrade of this set was ever written to the Pod. */
export function wasUpgradedInPlace(pod: Pod, set: string): boolean {
  return parseObject(pod.annotations[inPlaceStateAnnotation])?.[set] !== undefined;
}

/**
 * The text of a hash annotation with entries in the first shape brought into the newer one; undefined when it has none,
 * and need not be written.
 */
export function withoutFirstShape(text: string | undefined): string | undefined {
  const members = (text === undefined ? undefined : jsonMembers(text)) ?? [];
  if (!members.some((member) => member.text.startsWith('"'))) return undefined;
  return writeMembers(
    members.map(({ key, text }) => ({
      key,
      text: text.startsWith('"') ? firstShapeRecord(key, text) : text,
    })),
  );
}

function membersExcept(text: string | undefined, key: string): readonly JsonMember[] {
  return (text === undefined ? undefined : jsonMembers(text))?.filter((member) => member.key !== key) ?? [];
}

function firstShapeRecord(set: string, hash: string): string {
  const name = JSON.stringify(set);
  return `{"updateTimestamp":null,"hash":${hash},"sidecarSetName":${name},"sidecarList":null}`;
}

function parseObject(text: string | undefined): StringMapOfUnknown | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Annotations are written by anyone; an unreadable one records nothing.
    return undefined;
  }
}

type StringMapOfUnknown = { readonly [key in keyof StringMap]: unknown };
