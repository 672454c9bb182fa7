import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { RequestOutcome } from "../k8s/caller.ts";
import type { ReflectorActivity } from "../k8s/reflector-options.ts";
import type { QueueActivity, WorkQueue } from "../runtime/work-queue.ts";
import type { ReconcileOutcome } from "../runtime/workers.ts";

/** Counters of one SidecarSet's status, as gauges. */
export interface SidecarSetGauges {
  readonly matchedPods: number;
  readonly updatedPods: number;
  readonly readyPods: number;
  readonly updatedReadyPods: number;
  readonly missingPods: number;
  /** Pods that are left alone, by reason; a reason that is not named has none. */
  readonly held: readonly { readonly reason: string; readonly pods: number }[];
}

/** controller-runtime's buckets for queue and work times: 10 ns to 1000 s there, from 1 ms here. */
const workBuckets = [0.001, 0.01, 0.1, 1, 10, 100, 1000];
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/**
 * The controller's Prometheus metrics. What controller-runtime and client-go have too goes by their names, so that
 * dashboards made for them work. The `observe` functions are handed to those who do the work.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #queues = new Map<string, Pick<WorkQueue, "processing">>();
  readonly #depth = this.#gauge("workqueue_depth", "Keys waiting in the queue", ["name", "controller"]);
  readonly #adds = this.#counter("workqueue_adds_total", "Keys added to the queue", ["name", "controller"]);
  readonly #retries = this.#counter("workqueue_retries_total", "Keys added again after a failure", [
    "name",
    "controller",
  ]);
  readonly #waited = this.#histogram(
    "workqueue_queue_duration_seconds",
    "Time a key waited in the queue",
    ["name", "controller"],
    workBuckets,
  );
  readonly #worked = this.#histogram(
    "workqueue_work_duration_seconds",
    "Time the work on a key took",
    ["name", "controller"],
    workBuckets,
  );
  readonly #reconciles = this.#counter("controller_runtime_reconcile_total", "Passes by their result", [
    "controller",
    "result",
  ]);
  readonly #reconcileErrors = this.#counter(
    "controller_runtime_reconcile_errors_total",
    "Passes that failed",
    ["controller"],
  );
  readonly #reconcileTime = this.#histogram(
    "controller_runtime_reconcile_time_seconds",
    "Time of one pass",
    ["controller"],
    workBuckets,
  );
  readonly #requests = this.#counter("rest_client_requests_total", "Requests to the API server", [
    "code",
    "method",
    "host",
  ]);
  readonly #requestTime = this.#histogram(
    "rest_client_request_duration_seconds",
    "Time from a request to the end of its answer; of a watch to its headers",
    ["verb", "host"],
    requestBuckets,
  );
  readonly #lists = this.#counter("reflector_lists_total", "Complete lists", ["name"]);
  readonly #listTime = this.#histogram(
    "reflector_list_duration_seconds",
    "Time of a complete list, all pages",
    ["name"],
    requestBuckets,
  );
  readonly #items = this.#gauge("reflector_items_per_list", "Objects in the last complete list", ["name"]);
  readonly #watches = this.#counter("reflector_watches_total", "Watches that began", ["name"]);
  readonly #expirations = this.#counter("reflector_expired_total", "Versions that the server had forgotten", [
    "name",
  ]);
  readonly #reflectorFailures = this.#counter("reflector_failures_total", "Lists and watches that failed", [
    "name",
  ]);
  readonly #leader = this.#gauge("leader_election_master_status", "1 on the replica that leads, else 0", [
    "name",
  ]);
  readonly #matched = this.#gauge("sidecarset_matched_pods", "Pods that have the SidecarSet", ["sidecarset"]);
  readonly #updated = this.#gauge("sidecarset_updated_pods", "Matched Pods at the newest version", [
    "sidecarset",
  ]);
  readonly #ready = this.#gauge("sidecarset_ready_pods", "Matched Pods that are ready", ["sidecarset"]);
  readonly #updatedReady = this.#gauge("sidecarset_updated_ready_pods", "Updated Pods that are ready", [
    "sidecarset",
  ]);
  readonly #missing = this.#gauge(
    "sidecarset_missing_pods",
    "Pods that the SidecarSet selects, created after it, without its sidecars",
    ["sidecarset"],
  );
  readonly #held = this.#gauge("sidecarset_held_pods", "Pods that are not brought up to date, by reason", [
    "sidecarset",
    "reason",
  ]);
  /** Reasons that a set has had, so that they go to 0. */
  readonly #heldReasons = new Map<string, Set<string>>();

  /** `processMetrics` adds those of the process: memory, CPU, event loop, garbage collection. */
  constructor({ processMetrics = true }: { readonly processMetrics?: boolean } = {}) {
    this.#computed("workqueue_unfinished_work_seconds", "Sum of the times of work under way", (ages) =>
      ages.reduce((sum, age) => sum + age, 0),
    );
    this.#computed("workqueue_longest_running_processor_seconds", "Longest work under way", (ages) =>
      Math.max(0, ...ages),
    );
    if (processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  readonly observeQueue = (activity: QueueActivity): void => {
    const labels = { name: activity.queue, controller: activity.queue };
    switch (activity.kind) {
      case "added":
        this.#adds.inc(labels);
        this.#depth.set(labels, activity.depth);
        break;
      case "taken":
        this.#waited.observe(labels, activity.waitedMs / 1000);
        this.#depth.set(labels, activity.depth);
        break;
      case "done":
        this.#worked.observe(labels, activity.workedMs / 1000);
        break;
      case "retried":
        this.#retries.inc(labels);
        break;
    }
  };

  readonly observeReconcile = ({ controller, result, durationMs }: ReconcileOutcome): void => {
    this.#reconciles.inc({ controller, result });
    if (result === "error") this.#reconcileErrors.inc({ controller });
    this.#reconcileTime.observe({ controller }, durationMs / 1000);
  };

  readonly observeRequest = ({ code, method, host, durationMs }: RequestOutcome): void => {
    this.#requests.inc({ code, method, host });
    this.#requestTime.observe({ verb: method, host }, durationMs / 1000);
  };

  readonly observeReflector = (activity: ReflectorActivity): void => {
    const labels = { name: activity.resource };
    switch (activity.kind) {
      case "listed":
        this.#lists.inc(labels);
        this.#listTime.observe(labels, activity.durationMs / 1000);
        this.#items.set(labels, activity.items);
        break;
      case "watch-started":
        this.#watches.inc(labels);
        break;
      case "expired":
        this.#expirations.inc(labels);
        break;
      case "failed":
        this.#reflectorFailures.inc(labels);
        break;
    }
  };

  /** `name` is that of the Lease. */
  setLeader(name: string, leads: boolean): void {
    this.#leader.set({ name }, leads ? 1 : 0);
  }

  setSidecarSet(sidecarset: string, gauges: SidecarSetGauges): void {
    this.#matched.set({ sidecarset }, gauges.matchedPods);
    this.#updated.set({ sidecarset }, gauges.updatedPods);
    this.#ready.set({ sidecarset }, gauges.readyPods);
    this.#updatedReady.set({ sidecarset }, gauges.updatedReadyPods);
    this.#missing.set({ sidecarset }, gauges.missingPods);
    const reasons = this.#heldReasons.get(sidecarset) ?? new Set();
    this.#heldReasons.set(sidecarset, reasons);
    for (const reason of reasons) this.#held.set({ sidecarset, reason }, 0);
    for (const { reason, pods } of gauges.held) {
      reasons.add(reason);
      this.#held.set({ sidecarset, reason }, pods);
    }
  }

  /** Of a set that was deleted: its series end. */
  removeSidecarSet(sidecarset: string): void {
    for (const gauge of [this.#matched, this.#updated, this.#ready, this.#updatedReady, this.#missing]) {
      gauge.remove({ sidecarset });
    }
    for (const reason of this.#heldReasons.get(sidecarset) ?? []) this.#held.remove({ sidecarset, reason });
    this.#heldReasons.delete(sidecarset);
  }

  /** Adds the queue to the gauges that are computed when metrics are read. */
  watchQueue(name: string, queue: Pick<WorkQueue, "processing">): void {
    this.#queues.set(name, queue);
  }

  /** A gauge with one value a queue, computed from how long the keys under work have been so, in seconds. */
  #computed(name: string, help: string, compute: (ages: readonly number[]) => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: ["name", "controller"],
      registers: [this.registry],
      collect: (): void => {
        for (const [queue, { processing }] of this.#queues) {
          const ages = [...processing.values()].map((ms) => ms / 1000);
          gauge.set({ name: queue, controller: queue }, compute(ages));
        }
      },
    });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
