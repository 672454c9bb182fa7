import { SLACK } from "../json/bytes";
import { makeRoom } from "./growth";
import { Writer } from "../json/writer";

// The stub runtime frees the last block only. A region is a block that is stretched over everything behind it and then
// freed, so that work whose result is small costs no memory once it is done. Under other runtimes nothing happens.

const STUB = 0;
const SIZE_OFFSET: usize = 4;

/** Opens a region: what is allocated from now on goes with it. */
export function openRegion(): usize {
  if (ASC_RUNTIME != STUB) return 0;
  makeRoom(0);
  return heap.alloc(0);
}

/** Gives back all memory allocated since the region was opened. Nobody may use any of it afterwards. */
export function closeRegion(region: usize): void {
  if (ASC_RUNTIME != STUB) return;
  const last = heap.alloc(0);
  store<usize>(region - SIZE_OFFSET, last + load<usize>(last - SIZE_OFFSET) - region);
  heap.free(region);
}

/** Closes a region and keeps what a writer of it holds: the address of its bytes, which can be scanned. */
export function keepText(region: usize, writer: Writer): usize {
  if (ASC_RUNTIME != STUB) return writer.seal();
  const start = writer.start;
  const length = <usize>writer.length;
  closeRegion(region);
  makeRoom(length + SLACK);
  const kept = heap.alloc(length + SLACK);
  memory.copy(kept, start, length);
  memory.fill(kept + length, 0, SLACK);
  return kept;
}

/** Closes a region and keeps a string of it. */
export function keepString(region: usize, text: string): string {
  if (ASC_RUNTIME != STUB) return text;
  const start = changetype<usize>(text);
  const size = (<usize>text.length) << 1;
  closeRegion(region);
  const kept = __new(size, idof<string>());
  memory.copy(kept, start, size);
  return changetype<string>(kept);
}
