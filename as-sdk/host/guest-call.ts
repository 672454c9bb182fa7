import { PolicyError } from "./error.ts";

/** Answers a host call of the guest; what it throws reaches the guest as the call's error text. */
export type HostCall = (
  binding: string,
  namespace: string,
  operation: string,
  payload: Uint8Array,
) => Uint8Array;

/** Is told what a call does besides answering. */
export interface Observer {
  /** Takes each line that the guest logs. */
  readonly log: (line: string) => void;
  /** Takes the size of the guest's memory in bytes at the end of the call. */
  readonly memory: (bytes: number) => void;
}

interface GuestExports {
  readonly memory: WebAssembly.Memory;
  __guest_call(operationLength: number, payloadLength: number): number;
  wapc_init?(): void;
  _start?(): void;
}

function instantiate(module: WebAssembly.Module, imports: { wapc: object }, operation: string): unknown {
  try {
    return new WebAssembly.Instance(module, imports).exports;
  } catch (cause) {
    const message = `${operation}: the module cannot be instantiated: ${reason(cause)}`;
    throw new PolicyError("module", operation, message, { cause });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function guestExports(exports: unknown, operation: string): GuestExports {
  if (isGuest(exports)) return exports;
  throw new PolicyError("module", operation, "the module does not export memory and __guest_call");
}

function isGuest(exports: unknown): exports is GuestExports {
  return typeof exports === "object" && exports !== null && "memory" in exports && "__guest_call" in exports;
}

const encoder = new TextEncoder();
// A guest error or a log line that is not UTF-8 makes the real host's callback fail, which traps the guest.
const decoder = new TextDecoder("utf-8", { fatal: true });
const empty = new Uint8Array();

/**
 * Runs one operation in a fresh instance, as policy-server does: `_start` and `wapc_init` where exported, then
 * `__guest_call`. Answers the guest's response or throws a PolicyError.
 */
export function guestCall(
  module: WebAssembly.Module,
  operation: string,
  payload: Uint8Array,
  hostCall: HostCall,
  { log, memory }: Observer,
): Uint8Array {
  const operationBytes = encoder.encode(operation);
  let response: Uint8Array | undefined;
  let guestError: string | undefined;
  let hostResponse: Uint8Array = empty;
  let hostError: Uint8Array = empty;
  let exports: GuestExports | undefined;

  const view = (start: number, length: number) =>
    new Uint8Array(exports?.memory.buffer ?? new ArrayBuffer(0), start >>> 0, length >>> 0);
  const text = (start: number, length: number) => decoder.decode(view(start, length));
  const write = (bytes: Uint8Array, start: number) => view(start, bytes.length).set(bytes);

  const wapc = {
    __guest_request(operationAt: number, payloadAt: number): void {
      write(payload, payloadAt);
      write(operationBytes, operationAt);
    },
    __guest_response(start: number, length: number): void {
      response = view(start, length).slice();
    },
    __guest_error(start: number, length: number): void {
      guestError = text(start, length);
    },
    // The ABI fixes these eight parameters.
    // oxlint-disable-next-line max-params
    __host_call(b: number, bl: number, n: number, nl: number, o: number, ol: number, p: number, pl: number) {
      hostResponse = hostError = empty;
      const [binding, namespace, name] = [text(b, bl), text(n, nl), text(o, ol)];
      const bytes = view(p, pl).slice();
      try {
        hostResponse = hostCall(binding, namespace, name, bytes);
        return 1;
      } catch (error) {
        hostError = encoder.encode(reason(error));
        return 0;
      }
    },
    __host_response_len: () => hostResponse.length,
    __host_response: (start: number) => write(hostResponse, start),
    __host_error_len: () => hostError.length,
    __host_error: (start: number) => write(hostError, start),
    __console_log: (start: number, length: number) => log(text(start, length)),
  };

  let result: number;
  try {
    exports = guestExports(instantiate(module, { wapc }, operation), operation);
    exports._start?.();
    exports.wapc_init?.();
    result = exports.__guest_call(operationBytes.length, payload.length);
  } catch (cause) {
    if (cause instanceof PolicyError) throw cause;
    const message = `${operation}: the guest stopped: ${reason(cause)}`;
    throw new PolicyError("trap", operation, message, { cause });
  } finally {
    if (exports) memory(exports.memory.buffer.byteLength);
  }
  if (result === 0) {
    throw new PolicyError("error", operation, guestError ?? "No error message set for call failure");
  }
  if (response === undefined) {
    const message = guestError ?? "No error message OR response set for call success";
    throw new PolicyError("silence", operation, message);
  }
  return response;
}
