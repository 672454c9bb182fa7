import type { Clock, Timer } from "../runtime/clock.ts";

/** One thing that must be so; cheap and without side effects, for it is asked at every probe. */
export interface HealthCheck {
  readonly name: string;
  /** What is wrong, or undefined when nothing is. */
  problem(): string | undefined;
}

/** What the checks need to know of a reflector. */
export interface ReflectorHealth {
  readonly resource: string;
  readonly hasSynced: boolean;
  readonly lastActivity: number;
}

const longestLagMs = 5_000;

/** Longer than a watchdog's patience, the longest pause and one more request together. */
const longestInactivityMs = 180_000;

/** A pass takes about a second; its slowest request, with all retries, some minutes. */
const longestWorkMs = 600_000;

const beatMs = 1_000;

/** The process is not busy with one thing for seconds. Beats once a second until `stop`. */
export class EventLoopCheck implements HealthCheck {
  readonly name = "event-loop";
  readonly #clock: Clock;
  #due: number;
  #lagMs = 0;
  #timer: Timer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#due = clock.monotonic() + beatMs;
    this.#timer = clock.after(beatMs, () => this.#beat());
  }

  problem(): string | undefined {
    const lagMs = Math.max(this.#lagMs, this.#clock.monotonic() - this.#due);
    return lagMs < longestLagMs ? undefined : `late by ${Math.round(lagMs)} ms`;
  }

  stop(): void {
    this.#timer.cancel();
  }

  #beat(): void {
    this.#lagMs = this.#clock.monotonic() - this.#due;
    this.#due = this.#clock.monotonic() + beatMs;
    this.#timer = this.#clock.after(beatMs, () => this.#beat());
  }
}

/**
 * The reflector is at work: it heard the server, or failed to and will try again. A server that is down for long does not
 * make it unhealthy, since a restart would not help.
 */
export function activityCheck(reflector: ReflectorHealth, clock: Clock): HealthCheck {
  return {
    name: `reflector-${reflector.resource}`,
    problem() {
      const idleMs = clock.monotonic() - reflector.lastActivity;
      return idleMs < longestInactivityMs
        ? undefined
        : `nothing heard or tried for ${Math.round(idleMs / 1000)} s`;
    },
  };
}

/** The reflector's first list is complete. */
export function syncedCheck(reflector: ReflectorHealth): HealthCheck {
  return {
    name: `cache-${reflector.resource}`,
    problem: () => (reflector.hasSynced ? undefined : "not synced yet"),
  };
}

/** What the check needs to know of a work queue. */
export interface QueueHealth {
  readonly name: string;
  /** How long each key under work has been so, in milliseconds. */
  readonly processing: ReadonlyMap<string, number>;
}

/** No pass over a key hangs. */
export function workCheck(queue: QueueHealth): HealthCheck {
  return {
    name: `work-${queue.name}`,
    problem() {
      for (const [key, ms] of queue.processing) {
        if (ms >= longestWorkMs) return `${key} has been worked on for ${Math.round(ms / 1000)} s`;
      }
      return undefined;
    },
  };
}
