import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = "build/test/exposed.wasm";

/** The raw exports of tests/assembly/sidecarset/exposed.ts: texts go in by address and come out as address and length. */
interface Exports {
  memory: WebAssembly.Memory;
  wapc_init(): void;
  room(length: number): number;
  [name: string]: unknown;
}

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
    const options = ["--config", "none", "--baseDir", ROOT, "--runtime", "stub", "--enable", "simd", "-O1"];
    const { error, stderr } = await asc.main([
      "tests/assembly/sidecarset/exposed.ts",
      ...options,
      "--exportStart",
      "wapc_init",
      "--outFile",
      OUT,
    ]);
    if (error) throw new Error(`exposed.ts does not compile: ${error.message}\n${stderr}`);
    return new ExposedRooms(await WebAssembly.compile(readFileSync(`${ROOT}/${OUT}`)));
  }

  call(name: string, ...inputs: Array<string | number>): string {
    const exports = this.#instance();
    const addresses: number[] = [];
    for (const input of inputs) addresses.push(typeof input === "string" ? put(exports, input) : input);
    const run = exports[name] as (...addresses: number[]) => bigint;
    const answer = BigInt.asUintN(64, run(...addresses));
    const start = Number(answer >> 32n);
    const bytes = new Uint8Array(exports.memory.buffer, start, Number(answer & 0xffff_ffffn));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  }

  #instance(): Exports {
    const env = {
      abort(_message: number, _file: number, line: number): never {
        throw new Error(`the room aborted at line ${line}`);
      },
    };
    const instance = new WebAssembly.Instance(this.#module, { env });
    const exports = instance.exports as unknown as Exports;
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
