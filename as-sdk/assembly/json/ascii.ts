/**
 * A constant text of ASCII characters, such as the name of a field.
 *
 * Where this type is expected, a literal is the address of its bytes, which end with a zero: half the size of a string,
 * without an object's header, and read faster. `as-sdk/transform/ascii.ts` puts them there; the compiler needs it.
 */
@final
@unmanaged
export class Ascii {
  /** The text as a string. Costs an allocation: literals that are used as strings come from here. */
  toString(): string {
    const start = changetype<usize>(this);
    const length = asciiLength(this);
    const text = changetype<string>(__new(length << 1, idof<string>()));
    for (let i: usize = 0; i < length; i++)
      store<u16>(changetype<usize>(text) + (i << 1), load<u8>(start + i));
    return text;
  }
}

/** Number of characters. Cost: reads them. */
export function asciiLength(text: Ascii): usize {
  const start = changetype<usize>(text);
  let end = start;
  while (load<u8>(end) != 0) end++;
  return end - start;
}

/** The character at an index below the length. */
export function asciiAt(text: Ascii, index: i32): u8 {
  return load<u8>(changetype<usize>(text) + index);
}

/** Whether a string says the same. */
export function asciiEquals(text: Ascii, other: string): bool {
  const length = other.length;
  for (let i = 0; i < length; i++) {
    const character = asciiAt(text, i);
    if (character == 0 || other.charCodeAt(i) != character) return false;
  }
  return asciiAt(text, length) == 0;
}

/** Stands in a pattern where a value goes. */
const GAP: u8 = 1;

/** The pattern with values in its gaps, in one allocation. Templates and sums of literals become calls of these. */
export function filled1(pattern: Ascii, first: string): string {
  return filled(pattern, 1, first, "", "");
}

export function filled2(pattern: Ascii, first: string, second: string): string {
  return filled(pattern, 2, first, second, "");
}

export function filled3(pattern: Ascii, first: string, second: string, third: string): string {
  return filled(pattern, 3, first, second, third);
}

function filled(pattern: Ascii, gaps: usize, first: string, second: string, third: string): string {
  const own = asciiLength(pattern) - gaps;
  const length = own + first.length + second.length + third.length;
  const text = changetype<string>(__new(length << 1, idof<string>()));
  let to = changetype<usize>(text);
  let i = 0;
  while (true) {
    const character = asciiAt(pattern, i++);
    if (character == 0) return text;
    if (character == GAP) {
      const size = (<usize>first.length) << 1;
      memory.copy(to, changetype<usize>(first), size);
      to += size;
      first = second;
      second = third;
    } else {
      store<u16>(to, character);
      to += 2;
    }
  }
}
