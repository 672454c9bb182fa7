import { SLACK, check } from "../../../assembly/json";

/** Address of a checked copy of a JSON text; it stays for the life of the test instance. */
export function json(text: string): usize {
  const size = <usize>String.UTF8.byteLength(text);
  const start = heap.alloc(size + SLACK);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, start);
  memory.fill(start + size, 0, SLACK);
  assert(check(start, start + size) == 0, "not JSON: " + text);
  return start;
}
