import type { ApiClient } from "../k8s/client.ts";
import { leaseAccess } from "../k8s/lease.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Clock } from "../runtime/clock.ts";
import { type ElectionTimes, LeaderElection } from "../runtime/leader-election.ts";

/** How replicas find out which of them works. */
export interface ElectionChoice {
  /** Namespace of the Lease. */
  readonly namespace: string;
  /** Different for every process. */
  readonly identity: string;
  readonly times?: ElectionTimes;
}

/** Whether this process may work. */
export interface Leadership {
  /** Resolves when it may begin. */
  readonly elected: Promise<void>;
  /** To be asked before every write. */
  leads(): boolean;
  /** Waits for the lease and keeps it. Resolves when the signal is aborted; rejects with `LeaseLost`. */
  run(signal: AbortSignal): Promise<void>;
}

/** The lease went to another process or could not be renewed; this process must not go on. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

const leaseName = "sidecarset-controller";

/** For a process that is alone. */
export const soleLeadership: Leadership = {
  elected: Promise.resolve(),
  leads: () => true,
  run: () => Promise.resolve(),
};

/** Takes part in the election by the Lease `sidecarset-controller`. */
export function electedLeadership(
  { namespace, identity, times }: ElectionChoice,
  parts: {
    readonly client: ApiClient;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly metrics: Metrics | undefined;
  },
): Leadership {
  const { client, clock, logger, metrics } = parts;
  const election = new LeaderElection({
    lease: leaseAccess(client, { namespace, name: leaseName }, clock),
    identity,
    clock,
    logger,
    ...(times && { times }),
    ...(metrics && { observe: (leads) => metrics.setLeader(leaseName, leads) }),
  });
  return {
    elected: election.elected,
    leads: () => election.leads,
    async run(signal) {
      const outcome = await election.run(signal);
      if (outcome === "lost") throw new LeaseLost(`Lease ${namespace}/${leaseName} is lost`);
    },
  };
}
