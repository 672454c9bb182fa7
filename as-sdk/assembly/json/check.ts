import {
  BACKSLASH,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  POINT,
  QUOTE,
  hexDigit,
  isDigit,
} from "./bytes";
import { noteEnd } from "./ends";
import { Space } from "./scan";

/** Arrays and objects may nest this deep; deeper ones are refused. The Kubewarden host stops at 128. */
export const DEPTH_LIMIT = 512;

/** The addresses of the containers that are open. */
const OPENS = memory.data(4 * DEPTH_LIMIT, 4);

// Where a token stopped being JSON; only read right after a token function has answered 0.
let failed: usize = 0;

/**
 * Checks that the bytes from `start` to `end` are one JSON text by RFC 8259, in UTF-8, nested at most DEPTH_LIMIT deep.
 *
 * Answers 0 when they are, else the address where they stop being JSON (`end` when the text is cut short).
 * The 16 bytes from `end` on must be readable and zero. Cost: one pass, no allocation. Notes where containers end, if they
 * belong to the text of `noteEndsWithin`.
 */
export function check(start: usize, end: usize): usize {
  let depth: usize = 0;
  // The bracket that closes the innermost container.
  let close: u8 = 0;
  let isKey = false;
  let at = Space.behind(start);
  while (true) {
    const first = load<u8>(at);
    if (first == QUOTE) {
      at++;
      // This is the only call of `plainEnd`, so the compiler puts it here.
      while (load<u8>((at = plainEnd(at))) != QUOTE) if ((at = special(at)) == 0) return failed;
      at++;
      if (isKey) {
        at = Space.behind(at);
        if (load<u8>(at) != COLON) return at;
        at = Space.behind(at + 1);
        isKey = false;
        continue;
      }
    } else if (isKey) return at;
    else if (first == OPEN_OBJECT || first == OPEN_ARRAY) {
      if (depth == DEPTH_LIMIT) return at;
      store<u32>(OPENS + (depth++ << 2), <u32>at);
      close = first + 2;
      at = Space.behind(at + 1);
      // A closing bracket of the wrong kind is refused as a key or as a value.
      if (load<u8>(at) != close) {
        isKey = first == OPEN_OBJECT;
        continue;
      }
    } else if ((at = scalar(at)) == 0) return failed;

    at = Space.behind(at);
    while (depth != 0 && load<u8>(at) == close) {
      at++;
      noteEnd(<usize>load<u32>(OPENS + (--depth << 2)), at);
      close = depth == 0 ? 0 : load<u8>(<usize>load<u32>(OPENS + ((depth - 1) << 2))) + 2;
      at = Space.behind(at);
    }
    if (depth == 0) return at == end ? 0 : at;
    if (load<u8>(at) != COMMA) return at;
    at = Space.behind(at + 1);
    isKey = close == CLOSE_OBJECT;
  }
}

function fail(at: usize): usize {
  failed = at;
  return 0;
}

function scalar(at: usize): usize {
  const first = load<u8>(at);
  if (first == MINUS || isDigit(first)) return number(at);
  const word = load<u32>(at);
  if (word == 0x65757274 || word == 0x6c6c756e) return at + 4;
  if (word == 0x736c6166 && load<u8>(at, 4) == 0x65) return at + 5;
  return fail(at);
}

function number(at: usize): usize {
  if (load<u8>(at) == MINUS) at++;
  const first = load<u8>(at);
  if (!isDigit(first)) return fail(at);
  at = first == 0x30 ? at + 1 : digits(at);
  if (load<u8>(at) == POINT) {
    if (!isDigit(load<u8>(++at))) return fail(at);
    at = digits(at);
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    const sign = load<u8>(++at);
    if (sign == 0x2b || sign == MINUS) at++;
    if (!isDigit(load<u8>(at))) return fail(at);
    at = digits(at);
  }
  return at;
}

function digits(at: usize): usize {
  while (isDigit(load<u8>(at))) at++;
  return at;
}

/** Address behind an escape or a character that is not ASCII. */
function special(at: usize): usize {
  const byte = load<u8>(at);
  if (byte < 0x20) return fail(at);
  return byte == BACKSLASH ? escape(at) : multibyte(at);
}

/** First address at or behind `at` whose byte is a quote, a backslash, a control or not ASCII. */
function plainEnd(at: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (true) {
      const block = v128.load(at);
      // Bytes of other scripts are negative, so one signed comparison finds them and the controls.
      const special = v128.or(
        i8x16.lt_s(block, i8x16.splat(0x20)),
        v128.or(i8x16.eq(block, i8x16.splat(QUOTE)), i8x16.eq(block, i8x16.splat(BACKSLASH))),
      );
      const found = i8x16.bitmask(special);
      if (found) return at + ctz(found);
      at += 16;
    }
  }
  while (true) {
    const byte = load<u8>(at);
    if (<i8>byte < 0x20 || byte == QUOTE || byte == BACKSLASH) return at;
    at++;
  }
}

function escape(at: usize): usize {
  switch (load<u8>(at, 1)) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2;
    case 0x75:
      for (let digit: usize = 2; digit < 6; digit++) {
        if (hexDigit(load<u8>(at + digit)) < 0) return fail(at + digit);
      }
      return at + 6;
    default:
      return fail(at + 1);
  }
}

/** One character of two to four bytes: no overlong forms, no surrogates, nothing above U+10FFFF. */
function multibyte(at: usize): usize {
  const first = load<u8>(at);
  const second = load<u8>(at, 1);
  if (first < 0xc2 || first > 0xf4) return fail(at);
  if (!isContinuation(second)) return fail(at + 1);
  if (first < 0xe0) return at + 2;
  if (first == 0xe0 && second < 0xa0) return fail(at + 1);
  if (first == 0xed && second > 0x9f) return fail(at + 1);
  if (first == 0xf0 && second < 0x90) return fail(at + 1);
  if (first == 0xf4 && second > 0x8f) return fail(at + 1);
  if (!isContinuation(load<u8>(at, 2))) return fail(at + 2);
  if (first < 0xf0) return at + 3;
  return isContinuation(load<u8>(at, 3)) ? at + 4 : fail(at + 3);
}

function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}
