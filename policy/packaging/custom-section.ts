/** The custom section in which Kubewarden looks for a policy's metadata. */
export const metadataSection = "io.kubewarden.metadata";

const HEADER = 8;
const CUSTOM = 0;

/**
 * A copy of a Wasm module with one more custom section at its end, in place of any of the same name. Throws when the
 * bytes are not a module.
 */
export function withCustomSection(module: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const nameBytes = new TextEncoder().encode(name);
  const body = concat([leb128(nameBytes.length), nameBytes, content]);
  const kept = sections(module).filter((section) => section.name !== name);
  return concat([
    module.subarray(0, HEADER),
    ...kept.map(({ start, end }) => module.subarray(start, end)),
    Uint8Array.of(CUSTOM),
    leb128(body.length),
    body,
  ]);
}

/** The contents of the custom sections with this name, in order. Throws when the bytes are not a module. */
export function customSections(module: Uint8Array, name: string): Uint8Array[] {
  return sections(module)
    .filter((section) => section.name === name)
    .map(({ content, end }) => module.subarray(content, end));
}

interface Section {
  /** Position of the section's id. */
  start: number;
  /** Position of the first byte behind the name of a custom section. */
  content: number;
  end: number;
  /** Undefined for sections that are not custom. */
  name?: string;
}

function sections(module: Uint8Array): Section[] {
  const magic =
    module.length < HEADER ? 0 : new DataView(module.buffer, module.byteOffset).getUint32(0, true);
  if (magic !== 0x6d_73_61_00) throw new Error("not a Wasm module: wrong magic number");
  const found: Section[] = [];
  let at = HEADER;
  while (at < module.length) {
    const start = at;
    const size = readLeb128(module, at + 1);
    const end = size.next + size.value;
    if (end > module.length) throw new Error(`not a Wasm module: section at ${start} ends behind the file`);
    if (module[start] === CUSTOM) {
      const length = readLeb128(module, size.next);
      const content = length.next + length.value;
      const name = new TextDecoder().decode(module.subarray(length.next, content));
      found.push({ start, content, end, name });
    } else {
      found.push({ start, content: size.next, end });
    }
    at = end;
  }
  return found;
}

function readLeb128(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, next = at; shift < 35; shift += 7, next++) {
    const byte = bytes[next];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: next + 1 };
  }
  throw new Error(`not a Wasm module: unreadable length at ${at}`);
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.of(...bytes, rest);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
