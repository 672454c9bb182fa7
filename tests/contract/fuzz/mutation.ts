/** A generator of numbers that a seed decides (xorshift32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** A whole number from 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % sides;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.roll(from.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }
}

/** JSON texts that are valid and unpleasant. */
const HOSTILE = [
  "null",
  "true",
  "0",
  "-0",
  "1e999",
  "-1",
  "9223372036854775808",
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"😀"',
  "[]",
  "{}",
  "[[]]",
  '[""]',
  "[{}]",
  '{"":""}',
  '{"name":null}',
  '{"name":""}',
  '{"name":"log","name":5}',
  '"log-1"',
  '"main"',
  '"Always"',
  '"HotUpgrade"',
  '"enabled"',
  '"MergePatchJson"',
  '"Overwrite"',
  '"$(A$(B))$("',
  '"(a*)*$"',
  '"max(cpu,(memory"',
  '"1e99%"',
  '"{\\"a\\":{\\"b\\":null}}"',
  '"[1,{}]"',
  '"nul"',
  "\"metadata.labels['']\"",
  '"2026-01-01T00:00:00Z"',
  '{"matchLabels":{"app":"web"}}',
  '{"matchExpressions":[{"key":"app","operator":"Exists"}]}',
  '{"matchExpressions":[{"key":"app","operator":"In"}]}',
  '{"targetContainersMode":"sum","targetContainersNameRegex":"m","resourcesExpr":{"requests":{"cpu":"cpu*2","memory":"1Gi"}}}',
  '{"limits":{"cpu":"100m"},"requests":{"memory":"1e3Ki"}}',
  `"${"x".repeat(300)}"`,
  "[".repeat(60) + "]".repeat(60),
];

/**
 * A valid JSON document with up to `changes` of its values replaced, removed, repeated or moved. Works on the text, so
 * that spellings, duplicate keys and huge numbers survive.
 */
export function mutateValues(document: string, dice: Dice, changes: number): string {
  let text = document;
  for (let change = 1 + dice.roll(changes); change > 0; change--) {
    const spans = valueSpans(text);
    const target = dice.pick(spans);
    const other = dice.pick(spans);
    const before = text.slice(0, target.start);
    const after = text.slice(target.end);
    const value = text.slice(target.start, target.end);
    switch (dice.roll(5)) {
      case 0:
        text = before + text.slice(other.start, other.end) + after;
        break;
      case 1:
        text = `${before}[${value},${value}]${after}`;
        break;
      case 2:
        text = target.key === "" ? text : `${before}${value},${target.key}:${dice.pick(HOSTILE)}${after}`;
        break;
      default:
        text = before + dice.pick(HOSTILE) + after;
    }
  }
  return text;
}

const BYTES = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x00, 0x20, 0x2d, 0x75, 0xff, 0xe2];

/** A document with up to `changes` of its bytes changed, put in, taken out or repeated. Rarely JSON any more. */
export function mutateBytes(document: Uint8Array, dice: Dice, changes: number): Uint8Array {
  let bytes = document;
  for (let change = 1 + dice.roll(changes); change > 0; change--) {
    const at = dice.roll(bytes.length + 1);
    const byte = Uint8Array.of(dice.roll(3) === 0 ? dice.roll(256) : dice.pick(BYTES));
    const run = 1 + dice.roll(20);
    const before = bytes.subarray(0, at);
    switch (dice.roll(4)) {
      case 0:
        bytes = Buffer.concat([before, byte, bytes.subarray(at + 1)]);
        break;
      case 1:
        bytes = Buffer.concat([before, byte, bytes.subarray(at)]);
        break;
      case 2:
        bytes = Buffer.concat([before, bytes.subarray(at + run)]);
        break;
      default:
        bytes = Buffer.concat([before, bytes.subarray(Math.max(0, at - run))]);
    }
  }
  return bytes;
}

interface Span {
  start: number;
  end: number;
  /** The member's key as it is written, with quotes; empty for elements and for the root. */
  key: string;
}

/** Where the values of a valid JSON text without white space stand, the root included. */
function valueSpans(text: string): Span[] {
  const spans: Span[] = [];
  const open: Span[] = [];
  let key = "";
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const end = index + token.length;
    if (token === "{" || token === "[") {
      open.push({ start: index, end, key });
      key = "";
    } else if (token === "}" || token === "]") {
      const span = open.pop();
      if (span) spans.push({ ...span, end });
    } else if (token.startsWith('"') && text[end] === ":") key = token;
    else if (token !== "," && token !== ":") {
      spans.push({ start: index, end, key });
      key = "";
    }
  }
  return spans;
}
