import { BACKSLASH, CLOSE_OBJECT, OPEN_OBJECT, QUOTE } from "./bytes";
import { notedEnd } from "./ends";

/** Address behind the closing quote of the string at `quote`. */
export function stringEnd(quote: usize): usize {
  return ASC_FEATURE_SIMD ? stringEndByBlocks(quote) : stringEndByBytes(quote);
}

/** Address behind the bracket that closes the object or array at `open`. */
export function containerEnd(open: usize): usize {
  const noted = notedEnd(open);
  if (noted != 0) return noted;
  return ASC_FEATURE_SIMD ? containerEndByBlocks(open) : containerEndByBytes(open);
}

function stringEndByBytes(quote: usize): usize {
  let at = quote + 1;
  while (true) {
    const byte = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    at += byte == BACKSLASH ? 2 : 1;
  }
}

function stringEndByBlocks(quote: usize): usize {
  let at = quote + 1;
  while (true) {
    const block = v128.load(at);
    const quotes = i8x16.bitmask(i8x16.eq(block, i8x16.splat(QUOTE)));
    const backslashes = i8x16.bitmask(i8x16.eq(block, i8x16.splat(BACKSLASH)));
    // Bits below the first quote: a backslash among them decides before the quote does.
    const escape = backslashes & (quotes - 1) & ~quotes;
    if (escape) at += ctz(escape) + 2;
    else if (quotes) return at + ctz(quotes) + 1;
    else at += 16;
  }
}

function containerEndByBytes(open: usize): usize {
  let depth = 0;
  let at = open;
  while (true) {
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      at = stringEndByBytes(at);
      continue;
    }
    at++;
    const folded = byte | 0x20;
    if (folded == OPEN_OBJECT) depth++;
    else if (folded == CLOSE_OBJECT && --depth == 0) return at;
  }
}

/** Sixteen bytes a step: which bytes are inside strings, then how many brackets outside open and close. */
function containerEndByBlocks(open: usize): usize {
  let depth = 0;
  let inString = 0;
  let escape = 0;
  let at = open;
  while (true) {
    const block = v128.load(at);
    let quotes = i8x16.bitmask(i8x16.eq(block, i8x16.splat(QUOTE)));
    const backslashes = i8x16.bitmask(i8x16.eq(block, i8x16.splat(BACKSLASH)));
    if (backslashes | escape) {
      const escaped = escapedBytes(backslashes, escape);
      quotes &= ~escaped;
      escape = escaped >> 16;
    }
    const strings = prefixXor(quotes) ^ inString;
    inString = -((strings >> 15) & 1) & 0xffff;

    // `[` and `{` differ in one bit, and so do `]` and `}`; nothing else valid outside strings folds onto them.
    const folded = v128.or(block, i8x16.splat(0x20));
    const opens = i8x16.bitmask(i8x16.eq(folded, i8x16.splat(OPEN_OBJECT))) & ~strings;
    const closes = i8x16.bitmask(i8x16.eq(folded, i8x16.splat(CLOSE_OBJECT))) & ~strings;
    const closing = popcnt(closes);
    if (closing >= depth) {
      const last = lastClose(depth, opens, closes);
      if (last >= 0) return at + last + 1;
    }
    depth += popcnt(opens) - closing;
    at += 16;
  }
}

/** Bit of the close that brings the depth to zero, -1 when none in this block does. */
function lastClose(depth: i32, opens: i32, closes: i32): i32 {
  while (closes) {
    const bit = ctz(closes);
    if (--depth + popcnt(opens & ((1 << bit) - 1)) == 0) return bit;
    closes &= closes - 1;
  }
  return -1;
}

/** Bit i: an odd number of set bits at or below i, which for quotes means inside a string. */
function prefixXor(bits: i32): i32 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  return bits & 0xffff;
}

/** Bit i: byte i is behind an unescaped backslash. Bit 16 speaks of the next block's first byte. */
function escapedBytes(backslashes: i32, carried: i32): i32 {
  let escaped = carried;
  let left = backslashes & ~carried;
  while (left) {
    const behind = (left & -left) << 1;
    escaped |= behind;
    left &= (left - 1) & ~behind;
  }
  return escaped;
}
