import { decode, isText, Kind, kind, skip } from "@kubewarden/as-sdk/assembly/json";
import { parseQuantity } from "./parse";
import { Quantity } from "./quantity";

const QUOTE: u8 = 0x22;
const LETTER_M_SMALL: u8 = 0x6d;
const LETTER_K: u8 = 0x4b;
const LETTER_M: u8 = 0x4d;
const LETTER_G: u8 = 0x47;
const LETTER_T: u8 = 0x54;
const I_AND_QUOTE: u16 = 0x2269;
const MOST_DIGITS: usize = 15;

/**
 * Whether a member is one of the common spellings, `250m` or `64Mi`: a few digits and a suffix of at least a
 * thousandth. Such a quantity is valid, whole in thousandths and not negative. Cost: no allocation.
 */
export function isPlainQuantity(value: usize): bool {
  if (!isText(value)) return false;
  let at = value + 1;
  while (load<u8>(at) >= 0x30 && load<u8>(at) <= 0x39) at++;
  const digits = at - value - 1;
  if (digits == 0 || digits > MOST_DIGITS) return false;
  switch (load<u8>(at)) {
    case QUOTE:
      return true;
    case LETTER_M_SMALL:
      return load<u8>(at, 1) == QUOTE;
    case LETTER_K:
      return load<u16>(at, 1) == I_AND_QUOTE;
    case LETTER_M:
    case LETTER_G:
    case LETTER_T:
      return load<u8>(at, 1) == QUOTE || load<u16>(at, 1) == I_AND_QUOTE;
    default:
      return false;
  }
}

/** The text of a quantity member, which may be written as a number; null for values of other kinds. */
export function quantityText(value: usize): string | null {
  const found = kind(value);
  if (found == Kind.String) return decode(value).trim();
  if (found == Kind.Number) return String.UTF8.decodeUnsafe(value, skip(value) - value);
  return null;
}

/** The quantity that a member says; null when it is absent or says none. */
export function quantityOf(value: usize): Quantity | null {
  const text = quantityText(value);
  return text === null ? null : parseQuantity(text);
}
