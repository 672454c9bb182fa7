import { setTimeout as wait } from "node:timers/promises";
import type { JsonObject } from "../json/value.ts";
import { StatusError } from "../api/status-error.ts";

/** The parts of a request that a fault may be restricted to. */
export interface FaultRequest {
  readonly method: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, or "" outside resources. */
  readonly verb: string;
  /** With query. */
  readonly path: string;
}

/** Which requests a fault is for; what is absent does not restrict. */
export interface FaultMatch {
  readonly method?: string;
  readonly verb?: string;
  readonly path?: RegExp;
}

/** What happens to the requests that match. */
export interface Fault extends FaultMatch {
  /** How many requests it happens to; default 1, Infinity for all until `clear`. */
  readonly times?: number;
  /** Milliseconds to wait before anything else is done. */
  readonly delayMs?: number;
  /** Answer with this code: 409, 410, 429, 500, 503, ... */
  readonly code?: number;
  /** Seconds for `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Close the connection without an answer: before the request is handled, or after. */
  readonly hangUp?: "before" | "after";
}

const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** Faults that tests order for requests to come. */
export class Faults {
  private pending: { readonly fault: Fault; left: number }[] = [];

  /** Orders a fault. Several that match one request happen in the order in which they were ordered, one a request. */
  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.pending = [];
  }

  /** Takes the fault for a request, waits its delay and throws its error; answers the fault for the hang-ups. */
  async strike(request: FaultRequest): Promise<Fault | undefined> {
    const entry = this.pending.find(({ fault }) => matches(fault, request));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.pending = this.pending.filter((other) => other !== entry);
    const { fault } = entry;
    if (fault.delayMs !== undefined) await wait(fault.delayMs);
    if (fault.code !== undefined) throw faultError(fault.code, fault.retryAfterSeconds);
    return fault;
  }
}

function matches(fault: FaultMatch, request: FaultRequest): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.verb !== undefined && fault.verb !== request.verb) return false;
  return fault.path === undefined || fault.path.test(request.path);
}

function faultError(code: number, retryAfterSeconds: number | undefined): StatusError {
  const details: JsonObject = {};
  return new StatusError(
    code,
    reasons[code] ?? "InternalError",
    "ordered by a test",
    details,
    retryAfterSeconds,
  );
}
