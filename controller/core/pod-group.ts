import { type Pod, podKey } from "../model/pod.ts";

/** Some Pods that are counted more often than listed. */
export interface PodGroup extends Iterable<Pod> {
  readonly size: number;
}

/** A group of the Pods that `list` gives, without asking for them. */
export function groupOf(size: number, list: () => Iterable<Pod>): PodGroup {
  return { size, [Symbol.iterator]: () => list()[Symbol.iterator]() };
}

/** The Pods of several groups, one group after the other. */
export function joined(...groups: readonly PodGroup[]): PodGroup {
  const size = groups.reduce((sum, group) => sum + group.size, 0);
  return groupOf(size, function* () {
    for (const group of groups) yield* group;
  });
}

/** The first Pods of a group, at the cost of that many. */
export function firstOf(group: PodGroup, most: number): readonly Pod[] {
  const first: Pod[] = [];
  for (const pod of group) {
    if (first.length === most) break;
    first.push(pod);
  }
  return first;
}

/** Up to three Pods by name: those that have been there longest, so that the text does not change with every event. */
export function sampleOf(pods: PodGroup): string {
  const names = firstOf(pods, 3).map(podKey).toSorted().join(", ");
  return pods.size <= 3 ? names : `${names}, ...`;
}
