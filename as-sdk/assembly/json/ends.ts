import { makeRoom } from "../memory/growth";

// Where the larger containers of one text end, noted while it is checked, so that nobody has to scan over them again.
// A table of pairs (open, end), probed from the slot that belongs to the 64 bytes in which a container opens.

/** Shorter containers are scanned as fast as they are looked up. */
const LEAST: usize = 64;
const SLOT_BITS = 3;
const BYTES_TO_SLOTS = 6;
/** How many slots are looked at before a container is left unnoted or unfound. */
const PROBES: usize = 8;

let start: usize = 0;
let length: usize = 0;
let slots: usize = 0;

/** From now on the containers of the text from `from` to `to` are noted, those of the text before are forgotten. */
export function noteEndsWithin(from: usize, to: usize): void {
  const size = (((to - from) >> BYTES_TO_SLOTS) + PROBES + 1) << SLOT_BITS;
  makeRoom(size);
  slots = heap.alloc(size);
  memory.fill(slots, 0, size);
  start = from;
  length = to - from;
}

/** Notes the container that opens at `open` and ends before `end`. */
export function noteEnd(open: usize, end: usize): void {
  if (end - open < LEAST || open - start >= length) return;
  let slot = slots + (((open - start) >> BYTES_TO_SLOTS) << SLOT_BITS);
  for (const last = slot + (PROBES << SLOT_BITS); slot < last; slot += 1 << SLOT_BITS) {
    if (load<u32>(slot) != 0) continue;
    store<u32>(slot, <u32>open);
    store<u32>(slot, <u32>end, 4);
    return;
  }
}

/** Address behind the container that opens at `open`; 0 when it was not noted. */
export function notedEnd(open: usize): usize {
  if (open - start >= length) return 0;
  let slot = slots + (((open - start) >> BYTES_TO_SLOTS) << SLOT_BITS);
  for (const last = slot + (PROBES << SLOT_BITS); slot < last; slot += 1 << SLOT_BITS) {
    const noted = <usize>load<u32>(slot);
    if (noted == open) return <usize>load<u32>(slot, 4);
    if (noted == 0) return 0;
  }
  return 0;
}
