import { ApiError } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { isJsonObject } from "../model/json.ts";
import type { Clock } from "../runtime/clock.ts";

/** Kubelets restart a native sidecar whose image has changed since this minor version; before, they let it run on. */
const firstWithNativeRestarts = 32;

/** A server is upgraded now and then; this is how long its version is believed. */
export const versionAgeMs = 600_000;

/** What the version of the API server tells of its kubelets, which are of the same version or somewhat older. */
export class KubernetesVersion {
  readonly #client: Pick<ApiClient, "read">;
  readonly #clock: Clock;
  #minor: Promise<number | undefined> | undefined;
  /** On the monotonic clock. */
  #readAt = 0;

  constructor(client: Pick<ApiClient, "read">, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * Whether a new image restarts a native sidecar. True also when the server keeps its version to itself: a kubelet that
   * does not act is noticed later. Rejects when the server is not to be reached. Asks it every ten minutes at most.
   */
  async restartsNativeSidecars(signal: AbortSignal): Promise<boolean> {
    const now = this.#clock.monotonic();
    if (this.#minor === undefined || now - this.#readAt >= versionAgeMs) {
      this.#readAt = now;
      this.#minor = this.#read(signal);
    }
    try {
      const minor = await this.#minor;
      return minor === undefined || minor >= firstWithNativeRestarts;
    } catch (error) {
      this.#minor = undefined;
      throw error;
    }
  }

  async #read(signal: AbortSignal): Promise<number | undefined> {
    try {
      const { body } = await this.#client.read("/version", "version", "application/json", signal);
      const version: unknown = JSON.parse(body.toString("utf8"));
      // Some distributions write "31+".
      const text = isJsonObject(version) ? version["minor"] : undefined;
      const minor = typeof text === "string" ? Number.parseInt(text, 10) : Number.NaN;
      return Number.isNaN(minor) ? undefined : minor;
    } catch (error) {
      if ((error instanceof ApiError && error.status < 500) || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
