import type { ByteStrings } from "./byte-strings.ts";
import { DecodeError } from "./codec.ts";

/** Wire types of protobuf; groups (3 and 4) are not used by Kubernetes. */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Walks protobuf messages field by field without building them:
 *
 *     while (reader.next()) switch (reader.field) { case 1: name = reader.text(); break; default: reader.skip(); }
 *
 * Every field must be read or skipped. Throws `DecodeError` where the bytes end too early or make no sense.
 */
export class ProtoReader {
  readonly #bytes: Buffer;
  readonly #strings: ByteStrings;
  #position: number;
  /** Of the message being read. */
  #end: number;
  #field = 0;
  #wire = 0;

  constructor(bytes: Buffer, strings: ByteStrings, start = 0) {
    this.#bytes = bytes;
    this.#strings = strings;
    this.#position = start;
    this.#end = bytes.length;
  }

  /** Number of the field that `next` came to. */
  get field(): number {
    return this.#field;
  }

  /** Goes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#position >= this.#end) return false;
    const tag = this.#varint();
    this.#field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (this.#field === 0) throw new DecodeError(`protobuf: field number 0 at byte ${this.#position}`);
    return true;
  }

  /** An integer or a bool; exact up to 2^53. */
  integer(): number {
    this.#expect(wire.varint);
    return this.#varint();
  }

  boolean(): boolean {
    return this.integer() !== 0;
  }

  /** A string, shared with all equal ones. */
  text(): string {
    const start = this.#enter();
    return this.#strings.read(this.#bytes, start, this.#position);
  }

  /** A string of its own: for names that no other object has. */
  ownText(): string {
    const start = this.#enter();
    return this.#bytes.toString("utf8", start, this.#position);
  }

  /** The bytes of a field, sharing memory with the message. */
  bytes(): Buffer {
    const start = this.#enter();
    return this.#bytes.subarray(start, this.#position);
  }

  /** Calls `read` with this reader set to the message in the field; what it leaves unread is skipped. */
  message<S>(read: (reader: ProtoReader, subject: S) => void, subject: S): void {
    const start = this.#enter();
    const after = this.#position;
    const end = this.#end;
    this.#position = start;
    this.#end = after;
    read(this, subject);
    this.#position = after;
    this.#end = end;
  }

  skip(): void {
    switch (this.#wire) {
      case wire.varint:
        this.#varint();
        break;
      case wire.fixed64:
        this.#advance(8);
        break;
      case wire.bytes:
        this.#enter();
        break;
      case wire.fixed32:
        this.#advance(4);
        break;
      default:
        throw new DecodeError(`protobuf: wire type ${this.#wire} of field ${this.#field} is not known`);
    }
  }

  /** Goes past a length-delimited field; returns where its content starts. */
  #enter(): number {
    this.#expect(wire.bytes);
    const length = this.#varint();
    const start = this.#position;
    this.#advance(length);
    return start;
  }

  #advance(length: number): void {
    if (length > this.#end - this.#position) {
      throw new DecodeError(
        `protobuf: field ${this.#field}: expected ${length} bytes, got ${this.#end - this.#position}`,
      );
    }
    this.#position += length;
  }

  #expect(type: number): void {
    if (this.#wire !== type) {
      throw new DecodeError(`protobuf: field ${this.#field}: expected wire type ${type}, got ${this.#wire}`);
    }
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.#position >= this.#end) throw new DecodeError("protobuf: ended inside a number");
      const byte = this.#bytes[this.#position] ?? 0;
      this.#position += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new DecodeError("protobuf: expected a number of at most ten bytes");
  }
}
