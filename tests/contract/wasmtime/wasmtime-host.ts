import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { JsonPatchOperation } from "@kubewarden/as-sdk/host";
import { base64 } from "./exchanges.ts";

/** A host call that was answered elsewhere. Bytes are in base64. */
export interface Exchange {
  readonly namespace: string;
  readonly operation: string;
  readonly payload: string;
  readonly outcome: { readonly answer: string } | { readonly error: string };
}

/** What became of one call. */
export interface Called {
  /** In base64, or the host's text for a guest that answered none. */
  readonly outcome: { readonly answer: string } | { readonly failure: string };
  readonly unusedExchanges: number;
  /** Only for `validate`. */
  readonly admission: Admission | null;
}

/** What the API server would be told. */
export type Admission =
  | {
      readonly response: {
        readonly allowed: boolean;
        readonly message: string | null;
        readonly code: number | null;
        readonly auditAnnotations: Record<string, string> | null;
        readonly warnings: string[] | null;
        /** Null where nothing was changed. */
        readonly patch: JsonPatchOperation[] | null;
      };
    }
  | { readonly undecodable: string }
  /** No policy-server sends such a payload. */
  | { readonly unsendable: string };

/** The median time of one evaluation of each module. */
export interface Measured {
  readonly medianNanoseconds: number;
  readonly runs: number;
}

type Answer = { called: Called } | { measured: Measured[] } | { refused: { failure: string } };

const ANSWERS_WITHIN_MS = 120_000;

/** How long a policy-server lets init and call take each, unless it is told otherwise. */
export const POLICY_TIMEOUT_SECONDS = 2;

/** What a call meets. */
export interface CallOptions {
  /** Answers to its host calls, in order; none by default. */
  readonly exchanges?: readonly Exchange[];
  /** POLICY_TIMEOUT_SECONDS by default. */
  readonly deadlineSeconds?: number;
}

/** The Rust program beside this file, as a process that ends with this one. Calls wait for their answers. */
export class WasmtimeHost {
  readonly #port: MessagePort;
  readonly #answered = new Int32Array(new SharedArrayBuffer(4));

  constructor(program: string) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const worker = new Worker(new URL("./line-client.ts", import.meta.url), {
      workerData: { program, port: port2, answered: this.#answered },
      transferList: [port2],
    });
    worker.unref();
  }

  /** One operation in a fresh instance of the module at a path, which is compiled the first time. */
  call(
    module: string,
    operation: string,
    payload: Uint8Array,
    { exchanges = [], deadlineSeconds = POLICY_TIMEOUT_SECONDS }: CallOptions = {},
  ): Called {
    const call = { module, operation, payload: base64(payload), exchanges, deadlineSeconds };
    const answer = this.#ask({ call });
    if ("called" in answer) return answer.called;
    throw new Error(`${module}: ${JSON.stringify(answer)}`);
  }

  /** Evaluates a payload with each of several modules, in turns of some milliseconds, several rounds long. */
  measure(
    modules: readonly string[],
    payload: Uint8Array,
    { rounds, turnMilliseconds }: { readonly rounds: number; readonly turnMilliseconds: number },
  ): Measured[] {
    const bench = { modules, payload: base64(payload), rounds, turnMilliseconds };
    const answer = this.#ask({ bench });
    if ("measured" in answer) return answer.measured;
    throw new Error(JSON.stringify(answer));
  }

  #ask(request: object): Answer {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a MessagePort has no origins
    this.#port.postMessage(JSON.stringify(request));
    const until = performance.now() + ANSWERS_WITHIN_MS;
    for (;;) {
      // Counted before looking: a notification may be that of the answer before, and must not be taken for this one's.
      const count = Atomics.load(this.#answered, 0);
      const message: { line?: string; ended?: string } | undefined = receiveMessageOnPort(
        this.#port,
      )?.message;
      if (message?.line !== undefined) return JSON.parse(message.line);
      const left = until - performance.now();
      if (message !== undefined || left <= 0) {
        const why = message?.ended ?? `${ANSWERS_WITHIN_MS} ms passed`;
        throw new Error(`the wasmtime host does not answer: ${why}`);
      }
      Atomics.wait(this.#answered, 0, count, left);
    }
  }
}
