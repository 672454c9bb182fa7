import type { PolicyModule } from "@kubewarden/as-sdk/host";
import { openKruise } from "../core/open-kruise.ts";
import { ApiClient, type ApiClientOptions } from "../k8s/client.ts";
import type { ClusterAccess } from "../k8s/cluster-access.ts";
import {
  activityCheck,
  EventLoopCheck,
  type HealthCheck,
  syncedCheck,
  workCheck,
} from "../observability/health.ts";
import { type Logger, silentLogger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { type Clock, sleep, systemClock } from "../runtime/clock.ts";
import { WorkQueue } from "../runtime/work-queue.ts";
import { type Reconcile, runWorkers } from "../runtime/workers.ts";
import { assemble, type Parts } from "./assemble.ts";
import { Caches } from "./caches.ts";
import { OpenKruiseGuard } from "./open-kruise-guard.ts";
import { type ElectionChoice, electedLeadership, type Leadership, soleLeadership } from "./leadership.ts";
import { type Queues, settingsKey } from "./surroundings.ts";
import { ownNamespace, type Tuning } from "./tuning.ts";
import { whileWriting } from "./withheld-writes.ts";

/** How to run a controller; what is absent has the default told there. */
export interface ControllerOptions extends Tuning {
  readonly access: ClusterAccess;
  /** The compiled policy.wasm, the same that admission runs. */
  readonly policyModule: PolicyModule;
  /** Absent for a process that is alone; otherwise it waits, with filled caches, until it is elected. */
  readonly election?: ElectionChoice;
  /** True when OpenKruise may be at work too, because it leaves SidecarSets alone. Default: false. */
  readonly besideOpenKruise?: boolean;
  /** SidecarSets worked on at once. Default: 3. */
  readonly workers?: number;
  /** Between looks whether OpenKruise is at work. Default: 10 s while it is, a minute while it is not. */
  readonly openKruiseLooksMs?: number;
  /** How long `close` waits for work under way, in milliseconds. Default: 10 000. */
  readonly graceMs?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly client?: Omit<ApiClientOptions, "clock" | "observe" | "mayWrite">;
}

/** A running controller. */
export interface Controller {
  /** Resolves when the caches are filled and work has begun; rejects when the controller is closed before that. */
  readonly started: Promise<void>;
  /** Resolves when the controller was closed; rejects when it broke down, or with `LeaseLost`: it must be closed then. */
  readonly finished: Promise<void>;
  readonly live: readonly HealthCheck[];
  readonly ready: readonly HealthCheck[];
  /** Finishes the work under way, writes the last status and closes all connections. */
  close(): Promise<void>;
}

/** In a cluster without Kubewarden there are no policies to wait for; conditions then say so. */
const longestWaitForPoliciesMs = 10_000;

/** After an election, from watches that were opened since until the caches surely show what the last leader wrote. */
const lastWritesMs = 1_000;

/** Starts a controller in this process. Nothing is written before the caches are complete. */
export function startController(options: ControllerOptions): Controller {
  const { policyModule, metrics, clock = systemClock, logger = silentLogger } = options;
  const client = new ApiClient(options.access, {
    ...options.client,
    clock,
    mayWrite: () => leadership.leads(),
    ...(metrics && { observe: metrics.observeRequest }),
  });
  const caches = new Caches({
    client,
    clock,
    logger,
    revisionNamespace: options.revisionNamespace ?? ownNamespace,
    ...(metrics && { observe: metrics.observeReflector }),
  });
  const queues = makeQueues(clock, metrics);
  const leadership = options.election
    ? electedLeadership(options.election, { client, clock, logger, metrics })
    : soleLeadership;
  const leads = (): boolean => leadership.leads();
  const parts = assemble({ caches, client, policyModule, queues, leads, clock, logger, metrics }, options);
  const reading = new AbortController();
  const working = new AbortController();
  const guard =
    options.besideOpenKruise === true ? undefined : makeGuard(options, { client, caches, clock, logger });
  const started = begin(caches, leadership, guard, { clock, logger, signal: working.signal });
  const work = runWork({ ...options, clock, logger }, { queues, parts, caches, started }, working.signal);
  const guarding = started.then(() => guard?.watch(reading.signal));
  const finished = settled(caches.run(reading.signal), leadership.run(reading.signal), guarding, work);
  // Whoever waits is told; that nobody does is no failure.
  for (const promise of [started, finished]) promise.catch(() => {});

  const eventLoop = new EventLoopCheck(clock);
  const close = async (): Promise<void> => {
    const reason = new Error("the controller is shutting down");
    if (!leadership.leads() || guard?.problem() !== undefined) working.abort(reason);
    const grace = clock.after(options.graceMs ?? 10_000, () => working.abort(reason));
    await Promise.all(Object.values(queues).map((queue: WorkQueue) => queue.shutDown()));
    await parts.status.flush(working.signal);
    grace.cancel();
    reading.abort(reason);
    working.abort(reason);
    eventLoop.stop();
    // A breakdown is told by `finished`; closing goes on.
    await finished.catch(() => {});
    client.close();
  };
  let closed: Promise<void> | undefined;
  return {
    started,
    finished,
    live: [
      eventLoop,
      ...caches.reflectors.map((reflector) => activityCheck(reflector, clock)),
      ...Object.values(queues).map((queue: WorkQueue) => workCheck(queue)),
    ],
    ready: [...caches.reflectors.map((reflector) => syncedCheck(reflector)), ...(guard ? [guard] : [])],
    close: () => (closed ??= close()),
  };
}

function makeQueues(clock: Clock, metrics: Metrics | undefined): Queues {
  const make = (name: string): WorkQueue => {
    const queue = new WorkQueue({ clock, name, ...(metrics && { observe: metrics.observeQueue }) });
    metrics?.watchQueue(name, queue);
    return queue;
  };
  return {
    sidecarset: make("sidecarset"),
    settings: make("settings"),
    status: make("status"),
    revision: make("revision"),
  };
}

interface GuardParts {
  readonly client: ApiClient;
  readonly caches: Caches;
  readonly clock: Clock;
  readonly logger: Logger;
}

function makeGuard(
  { adoptRevisionsFrom, openKruiseLooksMs }: ControllerOptions,
  { caches, ...parts }: GuardParts,
): OpenKruiseGuard {
  const looks = openKruiseLooksMs && { waitMs: openKruiseLooksMs, watchMs: openKruiseLooksMs };
  const namespace = adoptRevisionsFrom || openKruise.namespace;
  const hasNamespace = (name: string): boolean => caches.namespaces.get(name) !== undefined;
  return new OpenKruiseGuard({ ...parts, ...looks, namespace, hasNamespace });
}

async function begin(
  caches: Caches,
  leadership: Leadership,
  guard: OpenKruiseGuard | undefined,
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const { synced, sets, pods } = caches;
  await synced;
  if (!leadership.leads()) {
    logger.info({ sidecarSets: sets.size, pods: pods.size }, "Caches synced, waiting for the Lease");
    await unlessAborted(leadership.elected, signal);
    await unlessAborted(caches.renew(), signal);
    await sleep(clock, lastWritesMs, signal);
  }
  await guard?.clear(signal);
  logger.info({ sidecarSets: sets.size, pods: pods.size }, "Caches synced, starting work");
}

/** Rejects with the signal's reason when that comes first. */
function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

interface Work {
  readonly queues: Queues;
  readonly parts: Parts;
  readonly caches: Caches;
  readonly started: Promise<void>;
}

/** Resolves when all queues are shut down. */
async function runWork(
  options: ControllerOptions & { readonly clock: Clock; readonly logger: Logger },
  { queues, parts, caches, started }: Work,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger, metrics } = options;
  await started;
  parts.writes.recall(caches.pods.values(), clock.now());
  const work = (controller: keyof Queues, workers: number, reconcile: Reconcile): Promise<void> =>
    runWorkers({
      queue: queues[controller],
      reconcile: whileWriting(reconcile, controller, logger),
      workers,
      controller,
      clock,
      logger,
      signal,
      ...(metrics && { observe: metrics.observeReconcile }),
    });
  const settings = async (): Promise<void> => {
    await Promise.race([caches.policiesSynced, sleep(clock, longestWaitForPoliciesMs, signal)]);
    queues.settings.add(settingsKey);
    await work("settings", 1, (_key, signal) => parts.delivery.reconcile(signal));
  };
  await Promise.all([
    work("sidecarset", options.workers ?? 3, (name, signal) => parts.reconciler.reconcile(name, signal)),
    work("revision", 2, (name, signal) => parts.revisions.reconcile(name, signal)),
    work("status", 2, (name, signal) => parts.status.reconcile(name, signal)),
    settings(),
  ]);
}

/** Resolves when both have; rejects with the first failure. */
async function settled(...running: readonly Promise<void>[]): Promise<void> {
  await Promise.all(running);
}
