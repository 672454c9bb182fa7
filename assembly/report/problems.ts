import { Writer, skip } from "@kubewarden/as-sdk/assembly/json";

/** How much of an offending value is shown, in bytes. */
const SHOWN: usize = 64;

/**
 * The problems of one document, one a line: `path: expected ..., got ...`.
 *
 * The text is written as it grows: a hostile document may have as many problems as members.
 */
export class Problems {
  private readonly lines: Writer = new Writer();
  count: i32 = 0;

  /** Notes that the value at `path` (0: there is none) is not what was expected. */
  add(path: string, expected: string, value: usize): void {
    const lines = this.lines;
    if (this.count++ > 0) lines.ascii("\n");
    lines.utf8(path);
    lines.ascii(": expected ");
    lines.utf8(expected);
    lines.ascii(", got ");
    if (value == 0) lines.ascii("nothing");
    else show(lines, value);
  }

  /** Notes a problem that is more than a wrong value. */
  say(text: string): void {
    if (this.count++ > 0) this.lines.ascii("\n");
    this.lines.utf8(text);
  }

  toString(): string {
    return this.lines.toString();
  }
}

function show(lines: Writer, value: usize): void {
  const end = skip(value);
  if (end - value <= SHOWN) return lines.raw(value, end);
  let cut = value + SHOWN;
  while ((load<u8>(cut) & 0xc0) == 0x80) cut--;
  lines.raw(value, cut);
  lines.ascii("...");
}
