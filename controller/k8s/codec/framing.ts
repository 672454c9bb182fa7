import { DecodeError } from "./codec.ts";

/** Larger frames are taken for garbage: etcd's own limit for an object is 1.5 MB. */
const longestFrame = 16 * 1024 * 1024;

const newline = 10;

/** Cuts a byte stream into frames, however the chunks fall. */
export interface FrameSplitter {
  /** The frames that this chunk completes. They may share memory with it. Throws `DecodeError` on a frame too long. */
  push(chunk: Buffer): readonly Buffer[];
  /** Bytes of a frame that has begun and not ended. */
  readonly pending: number;
}

/** Frames ended by a newline; empty lines are no frames. */
export class LineSplitter implements FrameSplitter {
  #parts: Buffer[] = [];
  #pending = 0;

  get pending(): number {
    return this.#pending;
  }

  push(chunk: Buffer): readonly Buffer[] {
    const frames: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const frame = this.#complete(chunk.subarray(start, end));
      if (frame.length > 0) frames.push(frame);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return frames;
  }

  #complete(end: Buffer): Buffer {
    if (this.#pending === 0) return end;
    const frame = Buffer.concat([...this.#parts, end]);
    this.#parts = [];
    this.#pending = 0;
    return frame;
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#pending += part.length;
    checkLength(this.#pending);
  }
}

/** Frames behind their length: four bytes, big-endian. */
export class LengthSplitter implements FrameSplitter {
  #parts: Buffer[] = [];
  #pending = 0;
  /** Bytes, header included, that the first frame needs; 4 until its header is there. */
  #needed = 4;

  get pending(): number {
    return this.#pending;
  }

  push(chunk: Buffer): readonly Buffer[] {
    this.#parts.push(chunk);
    this.#pending += chunk.length;
    if (this.#pending < this.#needed) return [];
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    const frames: Buffer[] = [];
    let start = 0;
    this.#needed = 4;
    while (bytes.length - start >= 4) {
      const length = bytes.readUInt32BE(start);
      checkLength(length);
      if (bytes.length - start - 4 < length) {
        this.#needed = length + 4;
        break;
      }
      frames.push(bytes.subarray(start + 4, start + 4 + length));
      start += length + 4;
    }
    this.#parts = start < bytes.length ? [bytes.subarray(start)] : [];
    this.#pending = bytes.length - start;
    return frames;
  }
}

function checkLength(length: number): void {
  if (length > longestFrame) {
    throw new DecodeError(`watch frame: expected at most ${longestFrame} bytes, got ${length}`);
  }
}
