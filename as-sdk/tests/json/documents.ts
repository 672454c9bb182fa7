import type { Random } from "./random.ts";

const SCALARS = [
  "0",
  "-0",
  "1",
  "-12",
  "9007199254740993",
  "1.5",
  "-0.25",
  "1e9",
  "2E-7",
  "3.0e+2",
  "true",
  "false",
  "null",
];
const PIECES = [
  "a",
  "spec",
  " ",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '\\"',
  "\\\\",
  "\\/",
  "\\n",
  "\\u0041",
  "\\u00e9",
  "\\ud83d\\ude00",
  "\\ud800",
  "é",
  "名",
  "😀",
  "0123456789abcdef",
  "\u007f",
];
const SPACES = ["", "", "", "", " ", "\n", "\t", "\r\n  "];
/** Bytes that mutations like to bring: structure, escapes, digits, controls and halves of UTF-8 sequences. */
const SPICE = Buffer.from(
  '{}[]",:\\/u0019.eE+-tfn \n\t\r\0\x1f\x7f\x80\xbf\xc0\xc3\xe0\xed\xf0\xf4\xff',
  "latin1",
);

/** A random JSON text. Object keys are unique within an object when `unique` is set. */
export function document(random: Random, unique = false): string {
  return space(random) + value(random, 0, unique) + space(random);
}

function value(random: Random, depth: number, unique: boolean): string {
  const kind = random.below(depth > 5 ? 4 : 8);
  if (kind < 2) return random.pick(SCALARS);
  if (kind < 4) return string(random);
  const items = Array.from({ length: random.below(5) }, (_, index) => {
    const item = value(random, depth + 1, unique);
    const padded = space(random) + item + space(random);
    if (kind < 6) return padded;
    const key = unique ? `"${index}${string(random).slice(1)}` : string(random);
    return `${space(random)}${key}${space(random)}:${padded}`;
  });
  const inside = items.length === 0 ? space(random) : items.join(",");
  return kind < 6 ? `[${inside}]` : `{${inside}}`;
}

function string(random: Random): string {
  let text = "";
  for (let pieces = random.below(random.once(10) ? 12 : 4); pieces > 0; pieces--) text += random.pick(PIECES);
  return `"${text}"`;
}

function space(random: Random): string {
  return random.pick(SPACES);
}

/** A document with a few bytes changed, inserted, dropped, doubled or cut off; it may or may not still be JSON. */
export function mutate(random: Random, source: Buffer): Buffer {
  let bytes = source;
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(bytes.length + 1);
    const spice = Buffer.from([random.once(8) ? random.below(256) : random.pick([...SPICE])]);
    const length = random.below(6);
    const parts = [
      () => [bytes.subarray(0, at), spice, bytes.subarray(at + 1)],
      () => [bytes.subarray(0, at), spice, bytes.subarray(at)],
      () => [bytes.subarray(0, at), bytes.subarray(at + length)],
      () => [bytes.subarray(0, at + length), bytes.subarray(at)],
      () => [bytes.subarray(0, at)],
    ];
    bytes = Buffer.concat(random.pick(parts)());
  }
  return bytes;
}
