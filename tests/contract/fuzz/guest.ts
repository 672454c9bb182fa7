import { readFileSync } from "node:fs";
import { WASM } from "../policy.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  __guest_call(operationLength: number, payloadLength: number): number;
  wapc_init(): void;
}

const module = new WebAssembly.Module(readFileSync(WASM));
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Beyond this an instance is replaced: the module never gives memory back. */
const WORN_OUT = 8 * 1024 * 1024;

/**
 * Runs many calls in one instance, which is some ten times faster than an instance for each: the module keeps nothing
 * from one call to the next but the memory that it has taken.
 */
export class Guest {
  #exports: Exports | undefined;
  #payload: Uint8Array = new Uint8Array();
  #operation: Uint8Array = new Uint8Array();
  #host: Uint8Array | undefined;
  #response: Uint8Array | undefined;

  /** Bytes that the last call made the memory grow by. Memory grows by doubling. */
  growth = 0;

  /**
   * The answer to an operation. `host` answers every host call, or denies it when undefined. Throws when the guest traps,
   * answers an error or nothing; such an instance is not used again.
   */
  call(operation: string, payload: Uint8Array, host?: string): string {
    const exports = (this.#exports ??= this.#instantiate());
    const before = exports.memory.buffer.byteLength;
    this.#operation = encoder.encode(operation);
    this.#payload = payload;
    this.#host = host === undefined ? undefined : encoder.encode(host);
    this.#response = undefined;
    this.#exports = undefined;
    const result = exports.__guest_call(this.#operation.length, payload.length);
    this.growth = exports.memory.buffer.byteLength - before;
    if (result !== 1) throw new Error("the guest answered an error");
    if (this.#response === undefined) throw new Error("the guest answered nothing");
    if (exports.memory.buffer.byteLength < WORN_OUT) this.#exports = exports;
    return decoder.decode(this.#response);
  }

  #instantiate(): Exports {
    let exports: Exports | undefined;
    const view = (start: number, length: number) =>
      new Uint8Array(exports?.memory.buffer ?? new ArrayBuffer(0), start >>> 0, length >>> 0);
    const write = (bytes: Uint8Array, start: number) => view(start, bytes.length).set(bytes);
    const denial = encoder.encode("not granted");
    const wapc = {
      __guest_request: (operation: number, payload: number) => {
        write(this.#payload, payload);
        write(this.#operation, operation);
      },
      __guest_response: (start: number, length: number) => {
        this.#response = view(start, length).slice();
      },
      __guest_error: () => {},
      __host_call: () => (this.#host === undefined ? 0 : 1),
      __host_response_len: () => this.#host?.length ?? 0,
      __host_response: (start: number) => write(this.#host ?? new Uint8Array(), start),
      __host_error_len: () => denial.length,
      __host_error: (start: number) => write(denial, start),
      __console_log: () => {},
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- tests/contract/module.test.ts checks the exports
    exports = new WebAssembly.Instance(module, { wapc }).exports as Exports;
    exports.wapc_init();
    return exports;
  }
}
