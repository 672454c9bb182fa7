/** One field of a message: its number and its encoded content with tag. */
export interface Field {
  readonly number: number;
  readonly bytes: Buffer;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

export function bytesField(number: number, content: Buffer): Field {
  return { number, bytes: Buffer.concat([varint(number * 8 + 2), varint(content.length), content]) };
}

export function textField(number: number, text: string): Field {
  return bytesField(number, Buffer.from(text));
}

export function integerField(number: number, value: number): Field {
  return { number, bytes: Buffer.concat([varint(number * 8), varint(value)]) };
}

/** Field numbers that no message of Kubernetes has. */
const unknownFields: readonly Field[] = [
  integerField(900, 2 ** 40),
  textField(901, "skipped"),
  { number: 902, bytes: Buffer.concat([varint(902 * 8 + 1), Buffer.alloc(8, 0xff)]) },
  { number: 903, bytes: Buffer.concat([varint(903 * 8 + 5), Buffer.alloc(4, 0xff)]) },
  bytesField(536_870_911, Buffer.alloc(300, 0x80)),
];

/**
 * Writes messages as no server does but any may: fields in random order (those of one number keep theirs), unknown
 * fields in between, and a message in two pieces now and then. The same seed writes the same bytes.
 */
export class WildWriter {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  message(fields: readonly Field[]): Buffer {
    const queues = new Map<number, Field[]>();
    for (const field of [...fields, ...unknownFields.filter(() => this.#below(4) === 0)]) {
      queues.set(field.number, [...(queues.get(field.number) ?? []), field]);
    }
    const written: Buffer[] = [];
    for (let rest = [...queues.values()]; rest.length > 0; rest = rest.filter((queue) => queue.length > 0)) {
      const field = rest[this.#below(rest.length)]?.shift();
      if (field !== undefined) written.push(field.bytes);
    }
    return Buffer.concat(written);
  }

  /** A field that holds a message, in one piece or two. */
  messageField(number: number, fields: readonly Field[]): readonly Field[] {
    if (this.#below(3) > 0) return [bytesField(number, this.message(fields))];
    const cut = this.#below(fields.length + 1);
    return [fields.slice(0, cut), fields.slice(cut)].map((part) => bytesField(number, this.message(part)));
  }

  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
