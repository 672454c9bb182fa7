import { PolicyError } from "./error.ts";

/** What a policy answers to `validate`, with the wire's names. A field that is absent was absent or null. */
export interface ValidationResponse {
  accepted: boolean;
  message?: string;
  code?: number;
  /** The complete new object, not a patch. */
  mutated_object?: unknown;
  audit_annotations?: Record<string, string>;
  warnings?: string[];
}

/** What a policy answers to `validate_settings`. */
export interface SettingsValidationResponse {
  valid: boolean;
  message?: string;
}

/** Reads a validation answer as the real host does: unknown fields pass, wrong types are a PolicyError. */
export function decodeValidationResponse(answer: unknown): ValidationResponse {
  const fields = record(answer, "validate");
  const response: ValidationResponse = { accepted: boolean(fields, "accepted", "validate") };
  const { message, code, mutated_object, audit_annotations, warnings } = fields;
  if (given(message)) response.message = text(message, "message");
  if (given(code)) {
    if (typeof code !== "number" || !Number.isInteger(code) || code < 0 || code > 0xffff) {
      throw undecodable("validate", `code: expected an integer from 0 to 65535, got ${JSON.stringify(code)}`);
    }
    response.code = code;
  }
  if (given(mutated_object)) response.mutated_object = mutated_object;
  if (given(audit_annotations)) {
    const entries = Object.entries(record(audit_annotations, "validate"));
    response.audit_annotations = Object.fromEntries(
      entries.map(([name, value]) => [name, text(value, `audit_annotations[${JSON.stringify(name)}]`)]),
    );
  }
  if (given(warnings)) {
    if (!Array.isArray(warnings)) throw undecodable("validate", "warnings: expected an array");
    response.warnings = warnings.map((warning, index) => text(warning, `warnings[${index}]`));
  }
  return response;
}

/** Reads a settings answer; wrong types are a PolicyError. */
export function decodeSettingsResponse(answer: unknown): SettingsValidationResponse {
  const fields = record(answer, "validate_settings");
  const response: SettingsValidationResponse = { valid: boolean(fields, "valid", "validate_settings") };
  if (given(fields.message)) response.message = text(fields.message, "message");
  return response;
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function record(value: unknown, operation: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw undecodable(operation, `expected an object, got ${JSON.stringify(value)?.slice(0, 80)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function boolean(fields: Record<string, unknown>, name: string, operation: string): boolean {
  const value = fields[name];
  if (typeof value === "boolean") return value;
  throw undecodable(operation, `${name}: expected true or false, got ${JSON.stringify(value)}`);
}

function text(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw undecodable("validate", `${path}: expected a string, got ${JSON.stringify(value)}`);
}

function undecodable(operation: string, problem: string): PolicyError {
  return new PolicyError("undecodable", operation, `${operation}: undecodable answer: ${problem}`);
}
