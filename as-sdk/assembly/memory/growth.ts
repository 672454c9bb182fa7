const STUB = 0;
const PAGE_BITS = 16;
/** For the small objects that come until the next large one. */
const SMALL_OBJECTS: usize = 0x10000;

/**
 * Grows the memory by what an allocation of that size needs and a little more. The stub runtime doubles the memory when
 * it is full, which costs a guest that holds a large payload as much again. Call it before large allocations,
 * and with 0 in loops that leave many small ones behind.
 */
export function makeRoom(size: usize): void {
  if (ASC_RUNTIME != STUB) return;
  const end = heap.alloc(0);
  heap.free(end);
  const wanted = end + size + SMALL_OBJECTS;
  const present = (<usize>memory.size()) << PAGE_BITS;
  if (wanted > present) memory.grow(<i32>((wanted - present + 0xffff) >> PAGE_BITS));
}
