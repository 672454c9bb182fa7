import type { Pod } from "../model/pod.ts";
import type { Revision } from "../model/revision.ts";
import { recordedRevision } from "./pod-records.ts";
import type { NormalizedSidecarSet } from "./sidecars.ts";

/**
 * Returns a judge of whether a Pod was injected or upgraded with other `patchPodMetadata` than the set has now.
 *
 * The revision that the Pod records tells it, not its annotations: what others have made of those since is theirs. A Pod
 * whose revision is not known lacks the metadata. `latest` is the name of the set's own revision; without one nothing is
 * known. `revisions` gives those of the set as they are.
 */
export function metadataJudge(
  { set }: NormalizedSidecarSet,
  latest: string | undefined,
  revisions: () => ReadonlyMap<string, Revision>,
): (pod: Pod) => boolean {
  const { name } = set.metadata;
  if (latest === undefined || (set.spec.patchPodMetadata ?? []).length === 0) return () => false;
  const digestOf = (revision: string): string | undefined => {
    for (const known of revisions().values()) if (known.name === revision) return known.metadataDigest;
    return undefined;
  };
  return (pod) => {
    const recorded = recordedRevision(pod, name);
    if (recorded === latest) return false;
    const current = digestOf(latest);
    return current !== undefined && (recorded === undefined || digestOf(recorded) !== current);
  };
}
