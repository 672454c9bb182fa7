import type { PolicyModule } from "@kubewarden/as-sdk/host";
import type { ApiClient } from "../k8s/client.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Clock } from "../runtime/clock.ts";
import type { WorkQueue } from "../runtime/work-queue.ts";
import type { Caches } from "./caches.ts";

/** The queues of the four kinds of work. */
export interface Queues {
  /** Keys are names of SidecarSets. */
  readonly sidecarset: WorkQueue;
  /** The only key is `settingsKey`. */
  readonly settings: WorkQueue;
  /** Keys are names of SidecarSets. */
  readonly status: WorkQueue;
  /** Keys are names of SidecarSets. */
  readonly revision: WorkQueue;
}

/** The only key of the settings queue. */
export const settingsKey = "settings";

/** What the parts are made from. */
export interface Surroundings {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly policyModule: PolicyModule;
  readonly queues: Queues;
  readonly leads: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics | undefined;
}
