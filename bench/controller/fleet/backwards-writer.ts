/**
 * Writes protobuf from its end to its beginning, as the API server's generated code does: the length of a message is
 * known when it has been written, so it is in the fewest bytes. Fields come in the reverse order of the calls. All text
 * must be ASCII.
 */
export class BackwardsWriter {
  #bytes = Buffer.allocUnsafe(1 << 16);
  #position = this.#bytes.length;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#bytes.length - this.#position;
  }

  /** A copy of what was written; the writer is empty after it. */
  take(): Buffer {
    const written = Buffer.from(this.#bytes.subarray(this.#position));
    this.#position = this.#bytes.length;
    return written;
  }

  /** Bytes that are fields already, or no field at all. */
  raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#position -= bytes.length;
    bytes.copy(this.#bytes, this.#position);
  }

  text(field: number, value: string): void {
    if (value === "") return;
    this.#reserve(value.length);
    this.#position -= value.length;
    this.#bytes.write(value, this.#position, "latin1");
    this.#head(field, value.length);
  }

  bytes(field: number, value: Buffer): void {
    this.raw(value);
    this.#head(field, value.length);
  }

  integer(field: number, value: number): void {
    this.#varint(value);
    this.#varint(field * 8);
  }

  message(field: number, write: () => void): void {
    const before = this.length;
    write();
    this.#head(field, this.length - before);
  }

  #head(field: number, length: number): void {
    this.#varint(length);
    this.#varint(field * 8 + 2);
  }

  #varint(value: number): void {
    this.#reserve(8);
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size += 1;
    this.#position -= size;
    let rest = value;
    for (let index = 0; index < size - 1; index += 1) {
      this.#bytes[this.#position + index] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#position + size - 1] = rest;
  }

  #reserve(length: number): void {
    if (length <= this.#position) return;
    const written = this.#bytes.subarray(this.#position);
    const larger = Buffer.allocUnsafe(2 * (this.#bytes.length + length));
    this.#position = larger.length - written.length;
    written.copy(larger, this.#position);
    this.#bytes = larger;
  }
}
