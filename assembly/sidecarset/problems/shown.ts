import { skip } from "@kubewarden/as-sdk/assembly/json";

const LONGEST: usize = 64;

/** A value as it is written, cut when long, for the "got" of a problem; `nothing` when absent. */
export function shown(value: usize): string {
  if (value == 0) return "nothing";
  const length = skip(value) - value;
  if (length <= LONGEST) return String.UTF8.decodeUnsafe(value, length);
  let end = value + LONGEST;
  while ((load<u8>(end) & 0xc0) == 0x80) end--;
  return String.UTF8.decodeUnsafe(value, end - value) + "...";
}

/** A text in quotes for a problem, cut when long. */
export function quoted(text: string): string {
  return <usize>text.length <= LONGEST ? '"' + text + '"' : '"' + text.slice(0, <i32>LONGEST) + '..."';
}
