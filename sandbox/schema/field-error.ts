import type { Json } from "../json/value.ts";

/** The machine-readable reasons of field errors, spelled as the API spells them. */
export type FieldErrorReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueDuplicate"
  | "FieldValueNotFound"
  | "FieldValueForbidden"
  | "FieldValueNotSupported"
  | "FieldValueTypeInvalid";

/** One thing that is wrong with one field of an object. */
export interface FieldError {
  readonly reason: FieldErrorReason;
  /** `spec.containers[0].image`. */
  readonly field: string;
  /** The offending value; shown for reasons that show one. */
  readonly value?: Json;
  readonly detail?: string;
}

const titles: Record<FieldErrorReason, string> = {
  FieldValueRequired: "Required value",
  FieldValueInvalid: "Invalid value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueNotFound: "Not found",
  FieldValueForbidden: "Forbidden",
  FieldValueNotSupported: "Unsupported value",
  FieldValueTypeInvalid: "Invalid value",
};

/** The error as kubectl shows it: `field: Invalid value: "x": detail`. */
export function describeFieldError(error: FieldError): string {
  const value = error.value === undefined ? "" : `: ${valueText(error.value)}`;
  const detail = error.detail === undefined || error.detail === "" ? "" : `: ${error.detail}`;
  return `${error.field}: ${titles[error.reason]}${value}${detail}`;
}

function valueText(value: Json): string {
  return JSON.stringify(value);
}

export function required(field: string, detail?: string): FieldError {
  return { reason: "FieldValueRequired", field, ...(detail === undefined ? {} : { detail }) };
}

export function invalidValue(field: string, value: Json, detail: string): FieldError {
  return { reason: "FieldValueInvalid", field, value, detail };
}

export function wrongType(field: string, value: Json, detail: string): FieldError {
  return { reason: "FieldValueTypeInvalid", field, value, detail };
}

export function duplicate(field: string, value: Json): FieldError {
  return { reason: "FieldValueDuplicate", field, value };
}

export function missingReference(field: string, value: Json): FieldError {
  return { reason: "FieldValueNotFound", field, value };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { reason: "FieldValueForbidden", field, detail };
}

export function unsupported(field: string, value: Json, supported: readonly Json[]): FieldError {
  const list = supported.map((entry) => JSON.stringify(entry)).join(", ");
  return { reason: "FieldValueNotSupported", field, value, detail: `supported values: ${list}` };
}
