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

  constructor(status: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
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
  const details = isJsonObject(parsed["details"]) ? parsed["details"]["retryAfterSeconds"] : undefined;
  const seconds = Number.isNaN(header) ? details : header;
  return new ApiError(
    status,
    typeof parsed["reason"] === "string" ? parsed["reason"] : "",
    `${request}: ${typeof parsed["message"] === "string" ? parsed["message"] : text.slice(0, 200) || `status ${status}`}`,
    typeof seconds === "number" && seconds >= 0 ? seconds : undefined,
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
