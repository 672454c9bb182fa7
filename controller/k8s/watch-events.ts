import { type Codec, DecodeError, type WatchEvent } from "./codec/codec.ts";
import { LengthSplitter, LineSplitter } from "./codec/framing.ts";
import type { StreamAnswer } from "./transport.ts";

/** Whoever reads a watch; both are called synchronously, and what they throw ends the reading. */
export interface WatchReader<T> {
  /** Some bytes came, be they an event or not. */
  heard(): void;
  receive(event: WatchEvent<T>): void;
}

/** Reads a watch to its end. Rejects when it is cut, when it ends inside a frame, and with what `reader` throws. */
export async function readWatch<T>(
  { headers, body }: StreamAnswer,
  codec: Codec<T>,
  reader: WatchReader<T>,
): Promise<void> {
  const decoder = codec.decoder(headers["content-type"] ?? "");
  const splitter = decoder.framing === "lines" ? new LineSplitter() : new LengthSplitter();
  for await (const chunk of body) {
    reader.heard();
    if (!Buffer.isBuffer(chunk)) continue;
    for (const frame of splitter.push(chunk)) reader.receive(decoder.event(frame));
  }
  if (splitter.pending > 0)
    throw new DecodeError(`watch: ended inside a frame of ${splitter.pending} bytes or more`);
}
