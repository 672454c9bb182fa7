import { SLACK, check, skip } from "../../../assembly/json";

let buffer: usize = 0;

/** Room for a document of `length` bytes, its slack zeroed. */
export function allocate(length: i32): usize {
  if (buffer) heap.free(buffer);
  buffer = heap.alloc(<usize>length + SLACK);
  memory.fill(buffer + length, 0, SLACK);
  return buffer;
}

export function checkDocument(length: i32): i32 {
  const failed = check(buffer, buffer + length);
  return failed == 0 ? -1 : <i32>(failed - buffer);
}

/** Offset behind the value at an offset. */
export function skipAt(offset: i32): i32 {
  return <i32>(skip(buffer + offset) - buffer);
}
