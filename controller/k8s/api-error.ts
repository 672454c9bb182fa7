import type { IncomingHttpHeaders } from "node:http";
import { isJsonObject } from "../model/json.ts";

/** The API server answered with a status other than 2xx, or a watch ended with an ERROR event. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status: 404, 409, 410, ... */
  readonly status: number;
  /** metav1.Status reason such as NotFound, Conflict, Expired; "" when the answer was not a Status. */
  readonly reason: string;
  /** From the header Retry-After or the Status details; undefined when the server gave none. */
  readonly retryAfterSeconds: number | undefined;
  /** The server's own words, without the request that the message begins with. */
  readonly said: string;
  /** Paths of the fields that the server complains of, such as `metadata.uid`; empty when it names none. */
  readonly fields: readonly string[];

  constructor(
    status: number,
    reason: string,
    message: string,
    details: {
      readonly said?: string;
      readonly retryAfterSeconds?: number | undefined;
      readonly fields?: readonly string[];
    } = {},
  ) {
    super(message);
    this.said = details.said ?? message;
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.fields = details.fields ?? [];
  }
}

/** No answer came: connection refused or cut, name not found, or the time was over (code ETIMEDOUT). */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** Node's error code, such as ECONNREFUSED. */
  readonly code: string;

  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A write that was not sent, because its sender may no longer write. */
export class WriteWithheld extends Error {
  override readonly name = "WriteWithheld";
}

/** `request` names verb and path for the message. */
export function apiErrorFrom(
  request: string,
  status: number,
  headers: IncomingHttpHeaders,
  body: Buffer,
): ApiError {
  const header = Number.parseInt(headers["retry-after"] ?? "", 10);
  const text = body.toString("utf8");
  const parsed = parseObject(text);
  const details = isJsonObject(parsed["details"]) ? parsed["details"] : {};
  const seconds = Number.isNaN(header) ? details["retryAfterSeconds"] : header;
  const said =
    (typeof parsed["message"] === "string" ? parsed["message"] : text.slice(0, 200)) || `status ${status}`;
  const reason = typeof parsed["reason"] === "string" ? parsed["reason"] : "";
  return new ApiError(status, reason, `${request}: ${said}`, {
    said,
    retryAfterSeconds: typeof seconds === "number" && seconds >= 0 ? seconds : undefined,
    fields: fieldsOf(details["causes"]),
  });
}

function fieldsOf(causes: unknown): readonly string[] {
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((cause) =>
    isJsonObject(cause) && typeof cause["field"] === "string" ? cause["field"] : [],
  );
}

function parseObject(text: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** True for an `ApiError` with this HTTP status. */
export function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/**
 * True when a write with preconditions was not done because the object has changed or gone, or another one has its name.
 *
 * A `metadata.uid` in a patch is a precondition, but an object that was re-created since refuses it as a change of an
 * immutable field: 422 on a pod of Kubernetes 1.20 to 1.36, 409 elsewhere.
 */
export function isPreconditionFailure(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 404 || error.status === 409) return true;
  return (
    error.status === 422 && error.fields.length > 0 && error.fields.every((field) => field === "metadata.uid")
  );
}
