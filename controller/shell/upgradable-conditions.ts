import type { Untold } from "../core/pod-ledger.ts";
import { conditionPatch } from "../core/upgradable-condition.ts";
import { isPreconditionFailure } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { compareResourceVersions } from "../k8s/resource-version.ts";
import { pods } from "../k8s/resource.ts";
import type { Clock } from "../runtime/clock.ts";
import { forEachAtOnce } from "./for-each-at-once.ts";

/** What the conditions are written with. */
export interface UpgradableConditionsOptions {
  readonly client: Pick<ApiClient, "patch">;
  /** Whether there is a SidecarSet of this name. */
  readonly exists: (set: string) => boolean;
  readonly leads: () => boolean;
  readonly clock: Clock;
}

/** Conditions that are written in one pass; upgrades of other Pods come in between. */
const mostAtOnce = 50;

/** Requests under way at once: fewer than for upgrades, which matter more. */
const lanes = 2;

/** Writes that are remembered; one that is forgotten too early is made again and changes nothing. */
const mostRemembered = 4096;

/** Until the next conditions are written. */
export const conditionsPauseMs = 1_000;

/** Writes the condition SidecarSetUpgradable to Pods, some at a time. */
export class UpgradableConditions {
  readonly #options: UpgradableConditionsOptions;
  /** Versions that the last writes answered, by uid of the Pod; forgotten once the cache shows them. */
  readonly #written = new Map<string, string>();

  constructor(options: UpgradableConditionsOptions) {
    this.#options = options;
  }

  /** Resolves with whether more are to be written. Rejects with what the server or the connection said. */
  async write(set: string, untold: Iterable<Untold>, signal: AbortSignal): Promise<boolean> {
    const { leads } = this.#options;
    const due: Untold[] = [];
    for (const one of untold) {
      if (this.#isUnseen(one)) continue;
      if (due.length === mostAtOnce) break;
      due.push(one);
    }
    await forEachAtOnce(due, lanes, async (one) => {
      if (signal.aborted || !leads()) return false;
      await this.#patch(set, one, signal);
      return true;
    });
    return due.length === mostAtOnce;
  }

  async #patch(set: string, { pod, entry }: Untold, signal: AbortSignal): Promise<void> {
    const { client, exists, clock } = this.#options;
    const { namespace, name, uid } = pod;
    const body = conditionPatch(pod, set, entry, { exists, now: clock.now() });
    const address = { namespace, name, subresource: "status" };
    const patch = { kind: "strategic-merge", body } as const;
    try {
      const answer = await client.patch(pods, address, patch, { signal, metadataOnly: true });
      if (this.#written.size >= mostRemembered) this.#written.clear();
      this.#written.set(uid, textOf(objectOf(answer, "metadata"), "resourceVersion"));
    } catch (error) {
      if (!isPreconditionFailure(error)) throw error;
    }
  }

  #isUnseen({ pod }: Untold): boolean {
    const version = this.#written.get(pod.uid);
    if (version === undefined) return false;
    if (compareResourceVersions(pod.resourceVersion, version) < 0) return true;
    this.#written.delete(pod.uid);
    return false;
  }
}
