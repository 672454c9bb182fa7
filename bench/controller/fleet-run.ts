import { setTimeout as sleep } from "node:timers/promises";
import type { NormalizedSidecarSet } from "../../controller/core/sidecars.ts";
import type { SidecarSet } from "../../controller/model/sidecarset.ts";
import type { Normalizer } from "../../controller/policy/normalizer.ts";
import { selfSignedCertificate } from "../../tests/e2e/control-plane/certificate.ts";
import { claimed } from "./fleet/claimed.ts";
import type { JsonObject } from "./fleet/json-objects.ts";
import { MeasuredProcess, sumOf } from "./measured-process.ts";
import { podEnvironment } from "./pod-environment.ts";
import { ServerProcess } from "./server-process.ts";

/** What one run differs in from another. */
export interface Variant {
  readonly pods: number;
  /** SidecarSets; the first is in every Pod, the others select none. */
  readonly sets: number;
  /** What the server speaks. */
  readonly format: "protobuf" | "json";
  /** Whether the server streams lists, or gives pages. */
  readonly lists: "streamed" | "paged";
}

/** What all runs have in common. */
export interface RunOptions {
  readonly stages: ReadonlySet<string>;
  readonly normalizer: Normalizer;
  /** More flags for the controller's Node; the last of a kind counts. */
  readonly nodeFlags: readonly string[];
  readonly maxUnavailable: string;
  /** Called with each figure as it is known. */
  readonly note: (figure: string, value: number) => void;
}

/** Of Node: as in controller/Dockerfile, and what Node takes by itself where the Deployment limits memory to 512 MiB. */
const imageFlags = ["--max-semi-space-size=2", "--max-old-space-size=256"];

const policy = "sidecarset-injection";
const images = ["registry.example/agents/agent:1", "registry.example/agents/agent:2"] as const;
const events = 10_000;
const eventsPerSecond = 1_000;
const probes = 200;

/** Starts a server and a controller, puts them through the stages, and notes what that took. */
export async function runFleet(variant: Variant, options: RunOptions): Promise<void> {
  const certificate = selfSignedCertificate("scale");
  const sets = Array.from({ length: variant.sets }, (_, index) => makeSet(index, options.maxUnavailable));
  const { hash, hashWithoutImage } = normalized(options.normalizer, sets[0]);
  const server = await ServerProcess.start({
    fleet: {
      pods: variant.pods,
      podsPerWorkload: 100,
      podsPerNode: 50,
      injected: [{ name: "agent", image: images[0], hash, hashWithoutImage }],
      restartMs: 200,
      readyMs: 300,
    },
    protobuf: variant.format === "protobuf",
    streamsLists: variant.lists === "streamed",
    policy,
    certificate,
    sidecarSets: claimed<readonly JsonObject[]>(sets),
  });
  const { nodeFlags, environment } = podEnvironment(server.url, certificate.certificate);
  const pace = ["--settings-interval", "1s", "--write-rate", "100000", "--pod-writes", "8"];
  const started = performance.now();
  const controller = new MeasuredProcess(
    [...nodeFlags, ...imageFlags, ...options.nodeFlags],
    ["--policy", policy, "--leader-elect", ...pace],
    environment,
  );
  const run = new FleetRun(variant, options, server, controller);
  await run.start(started);
  if (options.stages.has("rest")) await run.rest();
  if (options.stages.has("events")) await run.events();
  if (options.stages.has("latency")) await run.latency();
  if (options.stages.has("roll")) await run.roll();
  await controller.stop();
  server.stop();
}

class FleetRun {
  readonly #variant: Variant;
  readonly #note: RunOptions["note"];
  readonly #server: ServerProcess;
  readonly #controller: MeasuredProcess;

  constructor(variant: Variant, { note }: RunOptions, server: ServerProcess, controller: MeasuredProcess) {
    this.#variant = variant;
    this.#note = note;
    this.#server = server;
    this.#controller = controller;
  }

  async start(started: number): Promise<void> {
    const { pods } = this.#variant;
    await this.#controller.ready();
    this.#note("start: until ready, s", secondsSince(started));
    this.#note("start: CPU, s", this.#controller.cpuMs() / 1000);
    await this.#server.statusReaches("agent", { matchedPods: pods, readyPods: pods });
    this.#note("start: until the first status, s", secondsSince(started));
    await this.#noteMemory("start");
    await sleep(3_000);
  }

  async rest(): Promise<void> {
    const before = this.#controller.cpuMs();
    await sleep(10_000);
    this.#note("rest: CPU, ms a second", (this.#controller.cpuMs() - before) / 10);
  }

  async events(): Promise<void> {
    await this.#cost("beat", "heartbeat");
    await this.#cost("flip", "readiness change");
    const { pods } = this.#variant;
    await this.#server.statusReaches("agent", { matchedPods: pods, readyPods: pods });
  }

  async latency(): Promise<void> {
    const { latenciesMs = [] } = await this.#server.perform({ kind: "probe", probes });
    const sorted = latenciesMs.toSorted((a, b) => a - b);
    const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
    this.#note("outdated Pod: until its patch, p50, ms", percentile(0.5));
    this.#note("outdated Pod: until its patch, p99, ms", percentile(0.99));
  }

  async roll(): Promise<void> {
    const { pods } = this.#variant;
    await sleep(2_000);
    await this.#server.perform({ kind: "reset" });
    const before = await this.#meter();
    const begun = performance.now();
    await this.#server.perform({ kind: "set-image", set: "agent", image: images[1] });
    await this.#server.statusReaches("agent", { updatedPods: pods, updatedReadyPods: pods });
    const seconds = secondsSince(begun);
    const after = await this.#meter();
    const { requests, ...counts } = await this.#server.counts();
    this.#note("roll: s", seconds);
    this.#note("roll: Pods a second", pods / seconds);
    this.#note("roll: CPU, µs a Pod", ((after.cpuMs - before.cpuMs) / pods) * 1000);
    this.#note("roll: passes", after.passes - before.passes);
    this.#note("roll: patches of Pods", counts.podPatches);
    this.#note("roll: most patches of one Pod", counts.mostPatchesOfOnePod);
    this.#note("roll: API calls a Pod", sum(Object.values(requests)) / pods);
    this.#note("roll: status writes", requests["PATCH /apis/apps.kruise.io/v1beta1/sidecarsets/status"] ?? 0);
    this.#note("roll: most status writes in a second", counts.mostStatusWritesInASecond);
    this.#note("roll: Events", requests["POST /apis/events.k8s.io/v1/events"] ?? 0);
    await this.#noteMemory("roll");
  }

  /** Has the server send events at an even pace and tells what each costs. */
  async #cost(kind: "beat" | "flip", event: string): Promise<void> {
    await this.#server.perform({ kind: "reset" });
    const before = await this.#meter();
    await this.#server.perform({ kind, events, perSecond: eventsPerSecond });
    await sleep(1_500);
    const after = await this.#meter();
    const { requests, mostStatusWritesInASecond } = await this.#server.counts();
    const writes = Object.entries(requests).filter(([request]) => !/^GET|leases$/.test(request));
    this.#note(`${event}: CPU, µs`, ((after.cpuMs - before.cpuMs) / events) * 1000);
    this.#note(`${event}s: passes`, after.passes - before.passes);
    this.#note(`${event}s: writes`, sum(writes.map(([, count]) => count)));
    this.#note(`${event}s: most status writes in a second`, mostStatusWritesInASecond);
  }

  async #meter(): Promise<{ readonly cpuMs: number; readonly passes: number }> {
    const metrics = await this.#controller.metrics();
    const passes = sumOf(metrics, "controller_runtime_reconcile_total", 'controller="sidecarset"');
    return { cpuMs: this.#controller.cpuMs(), passes };
  }

  async #noteMemory(stage: string): Promise<void> {
    const metrics = await this.#controller.metrics();
    this.#note(`${stage}: highest RSS, MiB`, this.#controller.peakMemory());
    this.#note(`${stage}: heap in use, MiB`, sumOf(metrics, "nodejs_heap_size_used_bytes") / 2 ** 20);
    this.#note(
      `${stage}: memory outside the heap, MiB`,
      sumOf(metrics, "nodejs_external_memory_bytes") / 2 ** 20,
    );
  }
}

function makeSet(index: number, maxUnavailable: string): SidecarSet {
  const name = index === 0 ? "agent" : `other-${index}`;
  return {
    apiVersion: "apps.kruise.io/v1beta1",
    kind: "SidecarSet",
    metadata: {
      name,
      uid: `set-${index}`,
      resourceVersion: "1",
      generation: 1,
      creationTimestamp: "2025-01-01T00:00:00Z",
    },
    spec: {
      selector: { matchLabels: { app: index === 0 ? "web" : name } },
      updateStrategy: { type: "RollingUpdate", maxUnavailable },
      containers: [{ name, image: images[0] }],
    },
  };
}

function normalized(normalizer: Normalizer, set: SidecarSet | undefined): NormalizedSidecarSet {
  if (set === undefined) throw new Error("sets: expected at least 1");
  const normalization = normalizer.normalize(set);
  if (normalization.kind === "invalid") throw new Error(normalization.problems);
  return normalization.normalized;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
