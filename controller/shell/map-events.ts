import type { MissingPods } from "../core/missing-pods.ts";
import type { Change } from "../k8s/store.ts";
import type { Pod } from "../model/pod.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Caches } from "./caches.ts";
import type { InFlightWrites } from "./in-flight-writes.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Refusals } from "./refusals.ts";
import type { RevisionIndex } from "./revision-index.ts";

/** Where events go. */
export interface EventMap {
  readonly caches: Caches;
  readonly index: PodIndex;
  readonly revisionIndex: RevisionIndex;
  readonly writes: InFlightWrites;
  readonly refusals: Refusals;
  readonly missing: MissingPods;
  /** Name of the ClusterAdmissionPolicy whose changes count. */
  readonly policy: string;
  readonly setChanged: (name: string) => void;
  /** A Pod that is or was this set's has changed; the next changes follow soon. */
  readonly podChanged: (set: string, change: Change<Pod>) => void;
  /** A Pod without the sidecars of this set has come, gone or changed its mind. */
  readonly missingChanged: (set: string) => void;
  /** The namespaces that this set selects have changed. */
  readonly namespacesChanged: (set: string) => void;
  readonly settingsChanged: () => void;
  /** The history of this set may be behind. */
  readonly historyChanged: (set: string) => void;
  /** The policy that injects has come, gone or changed. */
  readonly policyChanged: () => void;
  readonly setGone: (set: SidecarSet) => void;
}

/** Turns every change of the caches into keys of work, and keeps index and in-flight writes in step with the Pods. */
export function mapEvents(map: EventMap): void {
  const { caches, index, writes, refusals, missing, setChanged, settingsChanged } = map;
  caches.pods.onChange((change) => {
    if (change.kind === "removed") {
      writes.drop(change.before.uid);
      refusals.forget(change.before.uid);
    }
    for (const set of index.apply(change)) map.podChanged(set, change);
    const before = change.kind === "added" ? undefined : change.before;
    const after = change.kind === "removed" ? undefined : change.after;
    for (const set of missing.podChanged(before, after)) map.missingChanged(set);
  });
  caches.sets.onChange((change) => {
    if (change.kind === "changed" && onlyStatusChanged(change.before, change.after)) return;
    if (change.kind === "removed") {
      missing.setGone(change.key);
      map.setGone(change.before);
    } else missing.setChanged(change.after);
    map.historyChanged(change.key);
    setChanged(change.key);
    settingsChanged();
  });
  caches.revisions.onChange((change) => {
    for (const set of map.revisionIndex.apply(change)) map.historyChanged(set);
  });
  caches.namespaces.onChange(() => {
    missing.allChanged();
    for (const { metadata, spec } of caches.sets.values()) {
      if (spec.namespaceSelector !== undefined) map.namespacesChanged(metadata.name);
    }
  });
  caches.policies.onChange(({ key }) => {
    if (key !== map.policy) return;
    settingsChanged();
    map.policyChanged();
  });
}

/** Our own writes come back as such changes; they need no work. */
function onlyStatusChanged({ metadata: before }: SidecarSet, { metadata: after }: SidecarSet): boolean {
  return (
    before.generation === after.generation &&
    before.deletionTimestamp === after.deletionTimestamp &&
    JSON.stringify([before.labels, before.annotations]) === JSON.stringify([after.labels, after.annotations])
  );
}
