import type { Behaviour } from "./behaviour.ts";
import type { KubeletOptions } from "./kubelet-options.ts";

/** What ended, for `lastState`. */
export interface Ending {
  readonly runs: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
}

/** Where a container stands. Times are milliseconds since the epoch. */
export type ContainerState =
  | { readonly kind: "creating"; readonly until: number }
  | { readonly kind: "pull-failed"; readonly retryAt: number; readonly attempts: number }
  | { readonly kind: "running"; readonly startedAt: number; readonly readyAt: number }
  | { readonly kind: "crashed"; readonly restartAt: number }
  | { readonly kind: "completed"; readonly startedAt: number; readonly finishedAt: number };

/** One container as the kubelet knows it. */
export interface ContainerRuntime {
  /** The image that runs or is about to. */
  readonly image: string;
  /** How often it was started; each start makes a new container with a new ID. */
  readonly runs: number;
  /** The image of the last start, which is reported until the next; absent before the first. */
  readonly startedImage?: string;
  readonly state: ContainerState;
  readonly last?: Ending;
}

/** What happened to a container, told as an Event. */
export interface Happening {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** What the specification wants of a container. */
export interface Wanted {
  readonly name: string;
  readonly image: string;
  /** Whether it runs to its end rather than for good. */
  readonly isInit: boolean;
  readonly behaviour: Behaviour;
}

/** One container after a step, and what happened in it. */
export interface Step {
  readonly runtime: ContainerRuntime;
  readonly happenings: readonly Happening[];
}

/** Takes a container as far as it has come by `now`. Pure; at most one change of state a call. */
export function advance(
  wanted: Wanted,
  before: ContainerRuntime | undefined,
  now: number,
  options: KubeletOptions,
): Step {
  if (before === undefined) {
    const state = { kind: "creating", until: now + options.startMs } as const;
    return { runtime: { image: wanted.image, runs: 0, state }, happenings: [pulling(wanted)] };
  }
  const { state } = before;
  if (state.kind === "completed") return quiet(before);
  if (before.image !== wanted.image) return replaceImage(wanted, before, now, options);
  switch (state.kind) {
    case "creating":
      return state.until > now ? quiet(before) : start(wanted, before, now, options);
    case "pull-failed":
      return state.retryAt > now ? quiet(before) : start(wanted, before, now, options);
    case "crashed":
      return state.restartAt > now ? quiet(before) : start(wanted, before, now, options);
    case "running":
      return run(wanted, before, state.startedAt, now, options);
    default:
      return quiet(before);
  }
}

/** When `advance` has something to do again or readiness changes; undefined when only the Pod can change it. */
export function wakeAt(
  wanted: Wanted,
  runtime: ContainerRuntime,
  now: number,
  options: KubeletOptions,
): number | undefined {
  const { state } = runtime;
  if (state.kind === "creating") return state.until;
  if (state.kind === "pull-failed") return state.retryAt;
  if (state.kind === "crashed") return state.restartAt;
  if (state.kind === "completed") return undefined;
  if (wanted.isInit) return state.startedAt + options.initMs;
  const times = [
    state.readyAt,
    ...(wanted.behaviour === "crashes" ? [state.startedAt + options.crashMs] : []),
  ];
  const next = Math.min(...times.filter((time) => time > now));
  return Number.isFinite(next) ? next : undefined;
}

/** Ends a running container as a crash does; one that does not run stays as it is. */
export function crash(runtime: ContainerRuntime, now: number, restartAt: number): ContainerRuntime {
  if (runtime.state.kind !== "running") return runtime;
  const last = ending(runtime, runtime.state.startedAt, now, 1, "Error");
  return { ...runtime, state: { kind: "crashed", restartAt }, last };
}

function replaceImage(wanted: Wanted, before: ContainerRuntime, now: number, options: KubeletOptions): Step {
  const { state } = before;
  const runtime: ContainerRuntime = {
    ...before,
    image: wanted.image,
    state: { kind: "creating", until: now + options.restartMs },
    ...(state.kind === "running" ? { last: ending(before, state.startedAt, now, 0, "Completed") } : {}),
  };
  const message = `Container ${wanted.name} definition changed, will be restarted`;
  return { runtime, happenings: [{ type: "Normal", reason: "Killing", message }, pulling(wanted)] };
}

function start(wanted: Wanted, before: ContainerRuntime, now: number, options: KubeletOptions): Step {
  const { image, name, behaviour } = wanted;
  if (behaviour === "pull-fails") {
    const attempts = before.state.kind === "pull-failed" ? before.state.attempts + 1 : 1;
    const state = { kind: "pull-failed", retryAt: now + options.pullRetryMs, attempts } as const;
    const message =
      attempts === 1 ? `Failed to pull image "${image}": not found` : `Back-off pulling image "${image}"`;
    const reason = attempts === 1 ? "Failed" : "BackOff";
    return { runtime: { ...before, state }, happenings: [{ type: "Warning", reason, message }] };
  }
  const delay = behaviour === "slow-start" ? options.slowStartMs : options.readyMs;
  const readyAt = behaviour === "never-ready" ? Number.POSITIVE_INFINITY : now + delay;
  return {
    runtime: {
      ...before,
      runs: before.runs + 1,
      startedImage: image,
      state: { kind: "running", startedAt: now, readyAt },
    },
    happenings: [
      { type: "Normal", reason: "Pulled", message: `Successfully pulled image "${image}"` },
      { type: "Normal", reason: "Started", message: `Started container ${name}` },
    ],
  };
}

function run(
  wanted: Wanted,
  before: ContainerRuntime,
  startedAt: number,
  now: number,
  options: KubeletOptions,
): Step {
  if (wanted.behaviour === "crashes" && now >= startedAt + options.crashMs) {
    const message = `Back-off restarting failed container ${wanted.name}`;
    const runtime = crash(before, now, now + options.crashMs);
    return { runtime, happenings: [{ type: "Warning", reason: "BackOff", message }] };
  }
  if (!wanted.isInit || now < startedAt + options.initMs) return quiet(before);
  return quiet({ ...before, state: { kind: "completed", startedAt, finishedAt: now } });
}

function ending(
  runtime: ContainerRuntime,
  startedAt: number,
  finishedAt: number,
  exitCode: number,
  reason: string,
): Ending {
  return { runs: runtime.runs, startedAt, finishedAt, exitCode, reason };
}

function pulling(wanted: Wanted): Happening {
  return { type: "Normal", reason: "Pulling", message: `Pulling image "${wanted.image}"` };
}

function quiet(runtime: ContainerRuntime): Step {
  return { runtime, happenings: [] };
}
