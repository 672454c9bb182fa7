import { WriteWithheld } from "../k8s/api-error.ts";
import type { Logger } from "../observability/logger.ts";
import type { Reconcile } from "../runtime/workers.ts";

/** Until it is asked again whether this process may write: it ends soon, or has renewed its Lease late. */
const againMs = 1_000;

/** A pass that may not write any more has not failed: who leads does its work. */
export function whileWriting(reconcile: Reconcile, controller: string, logger: Logger): Reconcile {
  return async (key, signal) => {
    try {
      return await reconcile(key, signal);
    } catch (error) {
      if (!(error instanceof WriteWithheld)) throw error;
      logger.debug({ controller, key, reason: error.message }, "Pass ended, this process does not lead");
      return { kind: "requeue", afterMs: againMs, reason: "does not lead" };
    }
  };
}
