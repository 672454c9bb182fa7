import { readFile } from "node:fs/promises";
import { PolicyError } from "./error.ts";
import { guestCall } from "./guest-call.ts";
import {
  type SettingsValidationResponse,
  type ValidationResponse,
  decodeSettingsResponse,
  decodeValidationResponse,
} from "./responses.ts";

/**
 * Answers a policy's host call: JSON bytes in, JSON bytes out. What it throws becomes the call's error text in the
 * guest. `tracing` never comes here (see PolicyModuleOptions.trace).
 */
export type HostCapabilities = (namespace: string, operation: string, payload: Uint8Array) => Uint8Array;

export interface PolicyModuleOptions {
  /** Takes each `__console_log` line, such as the place and reason of an abort. Default: dropped. */
  readonly log?: (line: string) => void;
  /** Takes each structured event of the `tracing` capability: `{level, message, ...}`. Default: dropped. */
  readonly trace?: (event: unknown) => void;
  /** Takes the size of the guest's memory in bytes after each call; it never shrinks. Default: dropped. */
  readonly memory?: (bytes: number) => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A compiled policy. Calls are synchronous, each in an instance of its own, so nothing lives from one to the next. */
export class PolicyModule {
  readonly #module: WebAssembly.Module;
  readonly #options: PolicyModuleOptions;

  /** The module is only compiled here: what it lacks shows at the first call. */
  constructor(module: WebAssembly.Module, options: PolicyModuleOptions = {}) {
    this.#module = module;
    this.#options = options;
  }

  /** Reads and compiles a policy. Throws what reading throws, and CompileError for bytes that are not Wasm. */
  static async load(source: string | URL | Uint8Array, options?: PolicyModuleOptions): Promise<PolicyModule> {
    const bytes = source instanceof Uint8Array ? source : await readFile(source);
    return new PolicyModule(await WebAssembly.compile(bytes), options);
  }

  /**
   * One operation with raw bytes. Throws PolicyError when the guest traps, answers an error or answers nothing.
   * Without `capabilities` every host call but tracing is denied, as for a policy that was granted none.
   */
  call(operation: string, payload: Uint8Array, capabilities: HostCapabilities = denied): Uint8Array {
    const hostCall = (binding: string, namespace: string, name: string, bytes: Uint8Array) => {
      if (binding !== "kubewarden") throw new Error(`unknown binding: ${binding}`);
      if (namespace !== "tracing") return capabilities(namespace, name, bytes);
      this.#trace(bytes);
      return new Uint8Array();
    };
    const { log = ignore, memory = ignore } = this.#options;
    return guestCall(this.#module, operation, payload, hostCall, { log, memory });
  }

  /** Judges a request (an AdmissionRequest, or anything for a raw policy). Throws PolicyError. */
  validate(request: unknown, settings: unknown, capabilities?: HostCapabilities): ValidationResponse {
    const payload = encoder.encode(JSON.stringify({ request, settings }));
    return decodeValidationResponse(this.#answer("validate", payload, capabilities));
  }

  /** Judges settings; null and undefined are `{}`, as in policy-server. Throws PolicyError. */
  validateSettings(settings: unknown, capabilities?: HostCapabilities): SettingsValidationResponse {
    const payload = encoder.encode(JSON.stringify(settings ?? {}));
    return decodeSettingsResponse(this.#answer("validate_settings", payload, capabilities));
  }

  /** The protocol the policy speaks, `"v1"`. Throws PolicyError. */
  protocolVersion(): unknown {
    return this.#answer("protocol_version", new Uint8Array());
  }

  #answer(operation: string, payload: Uint8Array, capabilities?: HostCapabilities): unknown {
    const bytes = this.call(operation, payload, capabilities);
    try {
      return JSON.parse(decoder.decode(bytes));
    } catch (cause) {
      throw new PolicyError(
        "undecodable",
        operation,
        `${operation}: the answer is not JSON: ${String(cause)}`,
        {
          cause,
        },
      );
    }
  }

  #trace(bytes: Uint8Array): void {
    if (!this.#options.trace) return;
    let event: unknown;
    try {
      event = JSON.parse(decoder.decode(bytes));
    } catch {
      // The real host logs a malformed event and never tells the guest.
      event = { level: "error", message: "malformed tracing event" };
    }
    this.#options.trace(event);
  }
}

function denied(namespace: string, operation: string): never {
  throw new Error(`policy has not been granted access to the '${namespace}/${operation}' host capability`);
}

function ignore(): void {}
