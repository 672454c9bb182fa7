import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main as compile } from "assemblyscript/asc";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = "build/test/exposed.wasm";

/** The raw exports of tests/assembly/sidecarset/exposed.ts: texts go in by address and come out as address and length. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  wapc_init(): void;
  room(length: number): number;
}
type Room = (...inputs: number[]) => bigint;

/**
 * The pure rooms of assembly/sidecarset, compiled for tests: each call runs on a fresh instance and answers its text.
 * Arguments that are texts become addresses of UTF-8, others pass as they are.
 */
export class ExposedRooms {
  readonly #module: WebAssembly.Module;

  private constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Compiles the rooms; a few seconds. */
  static async build(): Promise<ExposedRooms> {
    mkdirSync(`${ROOT}/build/test`, { recursive: true });
    const options = [
      "--config",
      "none",
      "--transform",
      "@kubewarden/as-sdk/transform/ascii.js",
      "--baseDir",
      ROOT,
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "-O1",
    ];
    const files = ["tests/assembly/sidecarset/exposed.ts", "--exportStart", "wapc_init", "--outFile", OUT];
    const { error } = await compile([...files, ...options], { stderr: process.stderr });
    if (error) throw new Error(`exposed.ts does not compile: ${error.message}`);
    return new ExposedRooms(await WebAssembly.compile(readFileSync(`${ROOT}/${OUT}`)));
  }

  call(name: string, ...inputs: Array<string | number>): string {
    const exports = this.#instance();
    const addresses: number[] = [];
    for (const input of inputs) addresses.push(typeof input === "string" ? put(exports, input) : input);
    const room = exports[name];
    assert(room, `exposed.ts exports no ${name}`);
    const answer = BigInt.asUintN(64, room(...addresses));
    const start = Number(answer >> 32n);
    const bytes = new Uint8Array(exports.memory.buffer, start, Number(answer & 0xffff_ffffn));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  }

  #instance(): Exports & Record<string, Room> {
    const env = {
      abort(_message: number, _file: number, line: number): never {
        throw new Error(`the room aborted at line ${line}`);
      },
    };
    const instance = new WebAssembly.Instance(this.#module, { env });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the module exports is known from its source
    const exports = instance.exports as Exports & Record<string, Room>;
    exports.wapc_init();
    return exports;
  }
}

function put(exports: Exports, text: string): number {
  const bytes = new TextEncoder().encode(text);
  const start = exports.room(bytes.length) >>> 0;
  new Uint8Array(exports.memory.buffer).set(bytes, start);
  return start;
}
