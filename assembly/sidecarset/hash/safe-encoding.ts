import { Ascii, asciiAt } from "@kubewarden/as-sdk/assembly/json";
/** No vowels and no 0, 1, 3: no digest can spell a word or be misread. */
const ALPHABET: Ascii = "bcdfghjklmnpqrstvwxz2456789";
const ALPHABET_LENGTH = 27;
const HEX_DIGITS: Ascii = "0123456789abcdef";

/**
 * Kubernetes' spelling of a digest: each hexadecimal digit becomes the letter at its code point modulo 27.
 *
 * Two characters a byte. Lossy (0 and f share a letter), so a digest can be compared but not decoded.
 */
export function safeEncoded(bytes: usize, length: i32): string {
  const letters = new StaticArray<u16>(length * 2);
  for (let i = 0; i < length; i++) {
    const byte = <i32>load<u8>(bytes + i);
    letters[2 * i] = letterOf(byte >> 4);
    letters[2 * i + 1] = letterOf(byte & 15);
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(letters), (<usize>length) << 2);
}

function letterOf(digit: i32): u16 {
  return asciiAt(ALPHABET, asciiAt(HEX_DIGITS, digit) % ALPHABET_LENGTH);
}
