import { compile } from "../compile.ts";

const FOLDER = new URL("../../", import.meta.url).pathname;

/** The JSON layer as a test sees it: documents go into a buffer, values are offsets. */
export interface JsonGuest {
  readonly memory: WebAssembly.Memory;
  documentBuffer(): number;
  textBuffer(): number;
  checkDocument(length: number): number;
  noteEnds(length: number): void;
  forgetEnds(): void;
  skipAt(offset: number): number;
  beginSplice(length: number): void;
  replaceValue(offset: number, length: number): void;
  append(offset: number, length: number): void;
  prepend(offset: number, length: number): void;
  insertBefore(offset: number, length: number): void;
  appendRawMember(offset: number, length: number): void;
  removeElement(offset: number): void;
  removeMember(offset: number, length: number): void;
  writeSplice(): number;
  written(): number;
}

/** The two builds that must agree: 16-byte blocks and byte by byte. */
export const BUILDS = { simd: ["--enable", "simd"], scalar: ["--disable", "simd"] } as const;

/** Compiles the test guest. */
export async function jsonModule(build: keyof typeof BUILDS): Promise<WebAssembly.Module> {
  const args = ["tests/assembly/guests/json.ts", "--config", "none", "--runtime", "stub", "--use", "abort="];
  return WebAssembly.compile(await compile(FOLDER, [...args, ...BUILDS[build], "-O3"]));
}

export function jsonGuest(module: WebAssembly.Module): JsonGuest {
  const { exports } = new WebAssembly.Instance(module, {});
  if (!isGuest(exports)) throw new TypeError("not the JSON test guest");
  return exports;
}

function isGuest(exports: unknown): exports is JsonGuest {
  return typeof exports === "object" && exports !== null && "checkDocument" in exports;
}

/** Puts bytes at an address of the guest. */
export function put(guest: JsonGuest, address: number, bytes: Uint8Array): void {
  new Uint8Array(guest.memory.buffer, address, bytes.length).set(bytes);
}
