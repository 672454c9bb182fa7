/** A function of a module and the bytes of its body. */
export interface NamedFunction {
  name: string;
  size: number;
}

const SECTIONS =
  "custom type import function table memory global export start element code data datacount".split(" ");
const IMPORT = 2;
const CODE = 10;
const CUSTOM = 0;
const FUNCTION_NAMES = 1;

/** The sections of a module, and its own functions with their names from the largest on; "?" where it has no names. */
export function readModule(wasm: Uint8Array): {
  sections: { name: string; size: number }[];
  functions: NamedFunction[];
} {
  const reader = new Reader(wasm, 8);
  const sections: { name: string; size: number }[] = [];
  const sizes: number[] = [];
  let imported = 0;
  let names = new Map<number, string>();
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const size = reader.integer();
    const end = reader.at + size;
    let name = SECTIONS[id] ?? `section ${id}`;
    if (id === IMPORT) imported = reader.integer();
    if (id === CODE) {
      for (let count = reader.integer(); count > 0; count--) {
        const body = reader.integer();
        sizes.push(body);
        reader.at += body;
      }
    }
    if (id === CUSTOM) {
      name = reader.text();
      if (name === "name") names = functionNames(reader, end);
    }
    sections.push({ name, size });
    reader.at = end;
  }
  const functions = sizes.map((size, index) => ({ name: names.get(imported + index) ?? "?", size }));
  return { sections, functions: functions.toSorted((a, b) => b.size - a.size) };
}

function functionNames(reader: Reader, end: number): Map<number, string> {
  const names = new Map<number, string>();
  while (reader.at < end) {
    const kind = reader.byte();
    const size = reader.integer();
    const behind = reader.at + size;
    if (kind === FUNCTION_NAMES) {
      for (let count = reader.integer(); count > 0; count--) names.set(reader.integer(), reader.text());
    }
    reader.at = behind;
  }
  return names;
}

class Reader {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** An unsigned integer in LEB128. */
  integer(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.integer();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
}
