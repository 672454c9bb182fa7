import type { JsonObject } from "../json/value.ts";
import { type FieldError, describeFieldError } from "../schema/field-error.ts";

/** Which object or resource an answer is about. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** A refusal that travels to the client as a `Status` object. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  /** Seconds after which a client may try again; sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: JsonObject,
    retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = "StatusError";
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The body of the answer. */
  toStatus(): JsonObject {
    const retry = this.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: this.retryAfterSeconds };
    const details = { ...this.details, ...retry };
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(Object.keys(details).length === 0 ? {} : { details }),
      code: this.code,
    };
  }
}

function qualified(subject: Subject): string {
  return subject.group === "" ? subject.plural : `${subject.plural}.${subject.group}`;
}

function detailsOf(subject: Subject, name: string): JsonObject {
  return { name, ...(subject.group === "" ? {} : { group: subject.group }), kind: subject.plural };
}

/** 404 for an object. */
export function notFound(subject: Subject, name: string): StatusError {
  const message = `${qualified(subject)} "${name}" not found`;
  return new StatusError(404, "NotFound", message, detailsOf(subject, name));
}

/** 404 for a path that nothing serves; the answer is plain text. */
export class UnknownPath extends StatusError {
  constructor() {
    super(404, "NotFound", "404 page not found");
  }
}

/** 409 on create. */
export function alreadyExists(subject: Subject, name: string): StatusError {
  const message = `${qualified(subject)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, detailsOf(subject, name));
}

/** 409 because a precondition (`metadata.uid`, `metadata.resourceVersion`) does not hold. */
export function conflict(subject: Subject, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(subject, name));
}

/** 422 with one cause for every field error. */
export function invalid(subject: Subject, name: string, errors: readonly FieldError[]): StatusError {
  const texts = [...new Set(errors.map((error) => describeFieldError(error)))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const kind = subject.group === "" ? subject.kind : `${subject.kind}.${subject.group}`;
  const causes = errors.map((error) => ({
    reason: error.reason,
    message: describeFieldError(error).slice(error.field.length + 2),
    field: error.field,
  }));
  const details = {
    ...(name === "" ? {} : { name }),
    ...(subject.group === "" ? {} : { group: subject.group }),
    kind: subject.kind,
    causes,
  };
  return new StatusError(422, "Invalid", `${kind} "${name}" is invalid: ${list}`, details);
}

/** 400. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 403. */
export function forbidden(subject: Subject, name: string, why: string): StatusError {
  const message = `${qualified(subject)} "${name}" is forbidden: ${why}`;
  return new StatusError(403, "Forbidden", message, detailsOf(subject, name));
}

/** 415. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const list = accepted.join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

/** 405. */
export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

/** 410 for a revision that the history no longer holds. */
export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}
