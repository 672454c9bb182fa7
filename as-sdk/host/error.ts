/**
 * How a call of the guest failed: `trap` (it died), `error` (it said so with `__guest_error`), `silence` (it answered
 * neither), `undecodable` (it answered something that is not the JSON its operation promises), `module` (the Wasm
 * cannot be a waPC guest).
 */
export type PolicyFailure = "trap" | "error" | "silence" | "undecodable" | "module";

/** A call of a policy that brought no answer. A Kubewarden host turns every one of them into a rejection with code 500. */
export class PolicyError extends Error {
  readonly failure: PolicyFailure;
  readonly operation: string;

  constructor(failure: PolicyFailure, operation: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PolicyError";
    this.failure = failure;
    this.operation = operation;
  }
}
