import { ApiError } from "../k8s/api-error.ts";

const firstRetryMs = 1_000;
const longestRetryMs = 300_000;

interface Refusal {
  readonly message: string;
  readonly times: number;
  readonly until: number;
}

/**
 * Pods that the API server has refused to change (by admission, by quota, by missing rights). Each is left alone for one
 * second, then twice as long each time up to five minutes, and does not stand in the way of other Pods meanwhile.
 */
export class Refusals {
  readonly #refusals = new Map<string, Refusal>();

  note(uid: string, message: string, now: number): void {
    const times = this.#refusals.get(uid)?.times ?? 0;
    const until = now + Math.min(longestRetryMs, firstRetryMs * 2 ** times);
    this.#refusals.set(uid, { message, times: times + 1, until });
  }

  forget(uid: string): void {
    this.#refusals.delete(uid);
  }

  /** What was said of the Pods that are to be left alone now. */
  current(now: number): ReadonlyMap<string, string> {
    const current = new Map<string, string>();
    for (const [uid, { message, until }] of this.#refusals) if (until > now) current.set(uid, message);
    return current;
  }

  /** When the first of these Pods may be asked for again, in milliseconds from now; undefined when none was refused. */
  nextTry(uids: Iterable<string>, now: number): number | undefined {
    let soonest: number | undefined;
    for (const uid of uids) {
      const until = this.#refusals.get(uid)?.until;
      if (until !== undefined) soonest = Math.min(soonest ?? until, until);
    }
    return soonest === undefined ? undefined : Math.max(0, soonest - now);
  }
}

/** True when the server understood a write and will not have it; not for what has changed, gone or waits its turn. */
export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && [400, 403, 405, 413, 422].includes(error.status);
}
