import type { Pod } from "../model/pod.ts";
import { groupOf, joined, type PodGroup } from "./pod-group.ts";
import type { HoldReason } from "./reason.ts";

/** Pods that are left alone, gathered under their reasons. */
export class HeldPods {
  readonly #pods = new Map<HoldReason, Pod[]>();
  readonly #groups = new Map<HoldReason, PodGroup>();

  hold(reason: HoldReason, pod: Pod): void {
    if (!this.#pods.get(reason)?.push(pod)) this.#pods.set(reason, [pod]);
  }

  /** One group a reason, behind the Pods that were held by themselves. */
  holdAll(reason: HoldReason, group: PodGroup): void {
    this.#groups.set(reason, group);
  }

  /** Those that were held by themselves. */
  pods(reason: HoldReason): readonly Pod[] {
    return this.#pods.get(reason) ?? [];
  }

  /** Only the reasons under which there are Pods. */
  byReason(): ReadonlyMap<HoldReason, PodGroup> {
    const reasons = new Set([...this.#groups.keys(), ...this.#pods.keys()]);
    const all = [...reasons].map((reason) => {
      const pods = this.pods(reason);
      const group = this.#groups.get(reason);
      const alone = groupOf(pods.length, () => pods);
      return [reason, group === undefined ? alone : joined(alone, group)] as const;
    });
    return new Map(all.filter(([, { size }]) => size > 0));
  }
}
