import { Ascii } from "./ascii";
import { BACKSLASH, QUOTE, hexDigit } from "./bytes";
import { makeRoom } from "../memory/growth";
import { hasEscape, isText, skip } from "./scan";

/**
 * The character at an address inside a string: its code point in the low half, the address behind it in the high half.
 *
 * Half of a surrogate pair that stands alone (only an escape can say that) is its own code point.
 */
export function character(at: usize): u64 {
  const first = <u32>load<u8>(at);
  if (first == BACKSLASH) return escaped(at);
  if (first < 0x80) return packed(first, at + 1);
  const second = <u32>load<u8>(at, 1) & 0x3f;
  if (first < 0xe0) return packed(((first & 0x1f) << 6) | second, at + 2);
  const third = <u32>load<u8>(at, 2) & 0x3f;
  if (first < 0xf0) return packed(((first & 0x0f) << 12) | (second << 6) | third, at + 3);
  const fourth = <u32>load<u8>(at, 3) & 0x3f;
  return packed(((first & 0x07) << 18) | (second << 12) | (third << 6) | fourth, at + 4);
}

function packed(code: u32, next: usize): u64 {
  return ((<u64>next) << 32) | code;
}

function escaped(at: usize): u64 {
  switch (load<u8>(at, 1)) {
    case 0x62:
      return packed(0x08, at + 2);
    case 0x66:
      return packed(0x0c, at + 2);
    case 0x6e:
      return packed(0x0a, at + 2);
    case 0x72:
      return packed(0x0d, at + 2);
    case 0x74:
      return packed(0x09, at + 2);
    case 0x75: {
      const high = fourHex(at + 2);
      if ((high & 0xfc00) == 0xd800 && load<u16>(at, 6) == 0x755c) {
        const low = fourHex(at + 8);
        if ((low & 0xfc00) == 0xdc00) {
          return packed(0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff), at + 12);
        }
      }
      return packed(high, at + 6);
    }
    default:
      return packed(load<u8>(at, 1), at + 2);
  }
}

function fourHex(at: usize): u32 {
  let code = 0;
  for (let digit: usize = 0; digit < 4; digit++) code = (code << 4) | hexDigit(load<u8>(at + digit));
  return code;
}

/** True when `text` is a string that says exactly `expected`, however it is escaped. Absent equals nothing. */
export function textEquals(text: usize, expected: Ascii): bool {
  if (load<u8>(text) != QUOTE) return false;
  let at = text + 1;
  for (let wanted = changetype<usize>(expected); ; wanted++) {
    const character = load<u8>(wanted);
    const byte = load<u8>(at);
    if (byte == BACKSLASH) return escapedEquals(at, wanted);
    if (character == 0) return byte == QUOTE;
    if (byte != character || byte == QUOTE) return false;
    at++;
  }
  return false;
}

/** Goes on where a text has its first escape. */
function escapedEquals(at: usize, wanted: usize): bool {
  while (load<u8>(at) != QUOTE) {
    const here = character(at);
    if (<u32>here != <u32>load<u8>(wanted++)) return false;
    at = <usize>(here >> 32);
  }
  return load<u8>(wanted) == 0;
}

/** Like `textEquals` for a text that is no constant. */
export function textIs(text: usize, expected: string): bool {
  if (!isText(text)) return false;
  let at = text + 1;
  let unit = 0;
  while (load<u8>(at) != QUOTE) {
    const here = character(at);
    const code = <i32>here;
    if (unit >= expected.length || code != expected.codePointAt(unit)) return false;
    unit += code > 0xffff ? 2 : 1;
    at = <usize>(here >> 32);
  }
  return unit == expected.length;
}

/** True when both are strings that say the same. */
export function sameText(left: usize, right: usize): bool {
  return isText(left) && isText(right) && compareText(left, right) == 0;
}

/**
 * Order of two strings by the bytes of their decoded UTF-8, which is also the order of their code points:
 * negative, 0 or positive. A value that is not a string comes before every string.
 */
export function compareText(left: usize, right: usize): i32 {
  if (load<u8>(left) != QUOTE || load<u8>(right) != QUOTE) return <i32>isText(left) - <i32>isText(right);
  let a = left + 1;
  let b = right + 1;
  while (true) {
    const x = load<u8>(a);
    const y = load<u8>(b);
    if (x == QUOTE || y == QUOTE) return <i32>(x != QUOTE) - <i32>(y != QUOTE);
    if (x == BACKSLASH || y == BACKSLASH) {
      // The texts agree up to here, so neither side stands inside a character.
      const here = character(a);
      const there = character(b);
      if (<u32>here != <u32>there) return <u32>here < <u32>there ? -1 : 1;
      a = <usize>(here >> 32);
      b = <usize>(there >> 32);
    } else if (x != y) {
      return <i32>x - <i32>y;
    } else {
      a++;
      b++;
    }
  }
}

/** True when `text` is a string that begins with `prefix`. */
export function textStartsWith(text: usize, prefix: Ascii): bool {
  if (!isText(text)) return false;
  let at = text + 1;
  for (let wanted = changetype<usize>(prefix); load<u8>(wanted) != 0; wanted++) {
    if (load<u8>(at) == QUOTE) return false;
    const here = character(at);
    if (<u32>here != <u32>load<u8>(wanted)) return false;
    at = <usize>(here >> 32);
  }
  return true;
}

/** True for `""` and for everything that is not a string, absence included. */
export function isBlank(text: usize): bool {
  return !isText(text) || load<u8>(text, 1) == QUOTE;
}

/** What a string says; `""` for everything that is not a string. Cost: allocates, so not for hot paths. */
export function decode(text: usize): string {
  if (!isText(text)) return "";
  const start = text + 1;
  const end = skip(text) - 1;
  makeRoom((end - start) << 1);
  if (!hasEscape(start, end)) return String.UTF8.decodeUnsafe(start, end - start);
  let units = 0;
  for (let at = start; at < end; ) {
    const here = character(at);
    units += <u32>here > 0xffff ? 2 : 1;
    at = <usize>(here >> 32);
  }
  const decoded = new StaticArray<u16>(units);
  let unit = 0;
  for (let at = start; at < end; ) {
    const here = character(at);
    const code = <u32>here;
    if (code > 0xffff) {
      decoded[unit++] = <u16>(0xd800 + ((code - 0x10000) >> 10));
      decoded[unit++] = <u16>(0xdc00 + (code & 0x3ff));
    } else decoded[unit++] = <u16>code;
    at = <usize>(here >> 32);
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(decoded), (<usize>units) << 1);
}
