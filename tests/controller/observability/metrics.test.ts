import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "../../../controller/observability/metrics.ts";

/** The samples of the text form, without buckets. */
async function samples(metrics: Metrics): Promise<Record<string, number>> {
  const text = await metrics.registry.metrics();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const pairs = lines
    .filter((line) => !line.includes("_bucket"))
    .map((line): [string, number] => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]);
  return Object.fromEntries(pairs);
}

test("what happens shows under the names that controller-runtime and client-go use", async () => {
  const metrics = new Metrics({ processMetrics: false });
  metrics.observeQueue({ kind: "added", queue: "sets", depth: 2 });
  metrics.observeQueue({ kind: "taken", queue: "sets", depth: 1, waitedMs: 250 });
  metrics.observeQueue({ kind: "done", queue: "sets", workedMs: 500 });
  metrics.observeQueue({ kind: "retried", queue: "sets", depth: 1 });
  metrics.watchQueue("sets", {
    processing: new Map([
      ["a", 1000],
      ["b", 3000],
    ]),
  });
  metrics.watchQueue("policies", { processing: new Map() });
  metrics.observeReconcile({ controller: "sets", result: "error", durationMs: 20 });
  metrics.observeReconcile({ controller: "sets", result: "success", durationMs: 30 });
  metrics.observeRequest({ method: "PATCH", host: "h:1", resource: "pods", code: "200", durationMs: 8 });
  metrics.observeReflector({ kind: "listed", resource: "pods", items: 7, durationMs: 1500 });
  metrics.observeReflector({ kind: "watch-started", resource: "pods" });
  metrics.observeReflector({ kind: "expired", resource: "pods" });
  metrics.observeReflector({ kind: "failed", resource: "pods" });
  metrics.setLeader("lease", true);
  const counted = { matchedPods: 5, updatedPods: 4, readyPods: 3, updatedReadyPods: 2, missingPods: 1 };
  for (const name of ["log", "gone"]) {
    metrics.setSidecarSet(name, { ...counted, held: [{ reason: "NotSelected", pods: 1 }] });
    metrics.setSidecarSet(name, { ...counted, held: [{ reason: "RolloutPaused", pods: 2 }] });
  }
  metrics.removeSidecarSet("gone");
  assert.deepEqual(await samples(metrics), {
    'workqueue_depth{name="sets",controller="sets"}': 1,
    'workqueue_adds_total{name="sets",controller="sets"}': 1,
    'workqueue_retries_total{name="sets",controller="sets"}': 1,
    'workqueue_queue_duration_seconds_sum{name="sets",controller="sets"}': 0.25,
    'workqueue_queue_duration_seconds_count{name="sets",controller="sets"}': 1,
    'workqueue_work_duration_seconds_sum{name="sets",controller="sets"}': 0.5,
    'workqueue_work_duration_seconds_count{name="sets",controller="sets"}': 1,
    'workqueue_unfinished_work_seconds{name="sets",controller="sets"}': 4,
    'workqueue_unfinished_work_seconds{name="policies",controller="policies"}': 0,
    'workqueue_longest_running_processor_seconds{name="sets",controller="sets"}': 3,
    'workqueue_longest_running_processor_seconds{name="policies",controller="policies"}': 0,
    'controller_runtime_reconcile_total{controller="sets",result="error"}': 1,
    'controller_runtime_reconcile_total{controller="sets",result="success"}': 1,
    'controller_runtime_reconcile_errors_total{controller="sets"}': 1,
    'controller_runtime_reconcile_time_seconds_sum{controller="sets"}': 0.05,
    'controller_runtime_reconcile_time_seconds_count{controller="sets"}': 2,
    'rest_client_requests_total{code="200",method="PATCH",host="h:1"}': 1,
    'rest_client_request_duration_seconds_sum{verb="PATCH",host="h:1"}': 0.008,
    'rest_client_request_duration_seconds_count{verb="PATCH",host="h:1"}': 1,
    'reflector_lists_total{name="pods"}': 1,
    'reflector_list_duration_seconds_sum{name="pods"}': 1.5,
    'reflector_list_duration_seconds_count{name="pods"}': 1,
    'reflector_items_per_list{name="pods"}': 7,
    'reflector_watches_total{name="pods"}': 1,
    'reflector_expired_total{name="pods"}': 1,
    'reflector_failures_total{name="pods"}': 1,
    'leader_election_master_status{name="lease"}': 1,
    'sidecarset_matched_pods{sidecarset="log"}': 5,
    'sidecarset_updated_pods{sidecarset="log"}': 4,
    'sidecarset_ready_pods{sidecarset="log"}': 3,
    'sidecarset_updated_ready_pods{sidecarset="log"}': 2,
    'sidecarset_missing_pods{sidecarset="log"}': 1,
    'sidecarset_held_pods{sidecarset="log",reason="NotSelected"}': 0,
    'sidecarset_held_pods{sidecarset="log",reason="RolloutPaused"}': 2,
  });
});

test("the process's own metrics are there unless refused", async () => {
  const metrics = new Metrics();
  const names = Object.keys(await samples(metrics));
  assert.ok(names.some((name) => name.startsWith("process_resident_memory_bytes")));
  assert.ok(names.some((name) => name.startsWith("nodejs_eventloop_lag")));
});
