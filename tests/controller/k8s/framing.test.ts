import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type FrameSplitter, LengthSplitter, LineSplitter } from "../../../controller/k8s/codec/framing.ts";

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let start = 0;
  for (const size of sizes) {
    yield bytes.subarray(start, start + size);
    start += size;
  }
  yield bytes.subarray(start);
}

function split(splitter: FrameSplitter, chunks: Iterable<Buffer>): Buffer[] {
  const frames: Buffer[] = [];
  for (const chunk of chunks) for (const frame of splitter.push(chunk)) frames.push(Buffer.from(frame));
  return frames;
}

const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 });

test("lines: any cutting of the bytes gives the same frames", () => {
  const line = fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte))));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), sizes, (lines, sizes) => {
      const bytes = Buffer.concat(lines.flatMap((text) => [text, Buffer.from("\n")]));
      const splitter = new LineSplitter();
      assert.deepEqual(split(splitter, cut(bytes, sizes)), lines);
      assert.equal(splitter.pending, 0);
    }),
  );
});

test("lengths: any cutting of the bytes gives the same frames, empty ones too", () => {
  const frame = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), sizes, (frames, sizes) => {
      const header = (length: number): Buffer => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(length);
        return bytes;
      };
      const bytes = Buffer.concat(frames.flatMap((content) => [header(content.length), content]));
      const splitter = new LengthSplitter();
      assert.deepEqual(split(splitter, cut(bytes, sizes)), frames);
      assert.equal(splitter.pending, 0);
    }),
  );
});

test("a frame that has begun is pending", () => {
  const lines = new LineSplitter();
  lines.push(Buffer.from("abc"));
  assert.equal(lines.pending, 3);
  const lengths = new LengthSplitter();
  lengths.push(Buffer.from([0, 0, 0, 9, 1]));
  assert.equal(lengths.pending, 5);
});

test("a length that no object has is refused before it is waited for", () => {
  assert.throws(() => new LengthSplitter().push(Buffer.from("<htm")), { name: "DecodeError" });
  const lines = new LineSplitter();
  const part = Buffer.alloc(1024 * 1024);
  assert.throws(
    () => {
      for (let count = 0; count < 17; count += 1) lines.push(part);
    },
    { name: "DecodeError" },
  );
});
