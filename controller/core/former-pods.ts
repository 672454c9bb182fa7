import type { Pod } from "../model/pod.ts";

/** Label of a PolicyServer's Pods: its name. */
const serverKey = "kubewarden/policy-server";

/** Annotation of a PolicyServer's Deployment, label of its Pods: resourceVersion of the ConfigMap that they are made for. */
export const configVersionKey = "kubewarden/config-version";

/** A Pod that is not gone so long after it should have ended is not waited for: its Node does not answer. */
const overdueMs = 60_000;

/** Pods of a PolicyServer that were started with other settings than the present ones, by name. */
export interface FormerPods {
  /** They may answer admission requests. */
  readonly answering: readonly string[];
  /** They should have ended long ago, and still are there. */
  readonly overdue: readonly string[];
}

/** As people read it: `Pod a`, or `Pod a and 2 more`. */
export function podsByName([first = "", ...others]: readonly string[]): string {
  return `Pod ${first}${others.length === 0 ? "" : ` and ${others.length} more`}`;
}

/** True for Pods of this PolicyServer. */
export function isPodOf(server: string, { labels }: Pod): boolean {
  return labels[serverKey] === server;
}

/**
 * Which of a PolicyServer's Pods were started for another version of its ConfigMap, at the time `now`.
 *
 * A rollout is complete while Pods of the former version end. Those get no new connections, but a policy-server takes no
 * notice of the signal to stop: it answers on the connections that the API server has open until it is killed.
 */
export function formerPods(pods: Iterable<Pod>, version: string, now: number): FormerPods {
  const answering: string[] = [];
  const overdue: string[] = [];
  for (const { name, labels, phase, ready, deletionTimestamp } of pods) {
    const made = labels[configVersionKey];
    if (made === undefined || made === version || phase === "Succeeded" || phase === "Failed") continue;
    if (deletionTimestamp === 0) {
      if (ready) answering.push(name);
    } else if (now < deletionTimestamp + overdueMs) answering.push(name);
    else overdue.push(name);
  }
  return { answering: answering.toSorted(), overdue: overdue.toSorted() };
}
