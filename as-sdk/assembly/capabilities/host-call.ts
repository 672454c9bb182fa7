import {
  __host_call,
  __host_error,
  __host_error_len,
  __host_response,
  __host_response_len,
} from "../guest/wapc";
import { makeRoom } from "../memory/growth";
import { Ascii, SLACK, Writer, check, skipSpace } from "../json";

/** What a host call brought: either the address of a checked JSON value, or why there is none. */
export class HostResult {
  constructor(
    /** Address of the answer; 0 when the call failed or the answer is empty. It lives until the guest's call ends. */
    public value: usize,
    /** The host's error text, or what is wrong with its answer; "" when the call succeeded. */
    public error: string,
  ) {}

  get isError(): bool {
    return this.error.length > 0;
  }
}

/**
 * Calls a capability of the Kubewarden host with a JSON payload. Never traps: a denied capability, an unknown operation
 * and an answer that is not JSON are all errors of the result.
 *
 * A missing object, missing rights and a time-out are told apart by the host's text only.
 */
export function hostCall(namespace: Ascii, operation: Ascii, payload: Writer): HostResult {
  const names = new Writer(64);
  names.ascii("kubewarden");
  const binding = names.length;
  names.ascii(namespace);
  const scope = names.length;
  names.ascii(operation);
  const called = __host_call(
    names.start,
    binding,
    names.start + binding,
    scope - binding,
    names.start + scope,
    names.length - scope,
    payload.start,
    payload.length,
  );
  names.free();
  return called == 0 ? failure(namespace, operation) : response(namespace, operation);
}

function response(namespace: Ascii, operation: Ascii): HostResult {
  const length = __host_response_len();
  if (length == 0) return new HostResult(0, "");
  makeRoom(length + SLACK);
  const start = heap.alloc(length + SLACK);
  __host_response(start);
  memory.fill(start + length, 0, SLACK);
  const failed = check(start, start + length);
  if (failed == 0) return new HostResult(skipSpace(start), "");
  const offset = (failed - start).toString();
  return new HostResult(0, `${namespace}/${operation}: the host's answer is not JSON at byte ${offset}`);
}

function failure(namespace: Ascii, operation: Ascii): HostResult {
  const length = __host_error_len();
  if (length == 0) return new HostResult(0, `${namespace}/${operation}: the host gave no reason`);
  const start = heap.alloc(length);
  __host_error(start);
  const text = String.UTF8.decodeUnsafe(start, length);
  heap.free(start);
  return new HostResult(0, text);
}
