import type { Logger } from "../observability/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import type { ApiClient } from "./client.ts";
import type { Codec } from "./codec/codec.ts";
import type { ResourceType } from "./resource.ts";
import type { Store } from "./store.ts";

/** What a reflector does, for metrics. */
export type ReflectorActivity =
  | {
      readonly kind: "listed";
      readonly resource: string;
      readonly items: number;
      readonly durationMs: number;
    }
  | { readonly kind: "watch-started" | "expired" | "failed"; readonly resource: string };

/** Settings of a reflector. */
export interface ReflectorOptions<T> {
  readonly client: Pick<ApiClient, "read" | "stream">;
  readonly resource: ResourceType;
  readonly codec: Codec<T>;
  readonly store: Store<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Only this namespace; absent means all. */
  readonly namespace?: string;
  /** Restrictions of list and watch, such as `labelSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  /**
   * Asks for the first state as a stream of events instead of pages: less memory on both sides, Kubernetes 1.32 and
   * later. A server that cannot do it refuses, and pages are asked for from then on. Default: false.
   */
  readonly streamList?: boolean;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly observe?: (activity: ReflectorActivity) => void;
}
