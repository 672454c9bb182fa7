import { Ascii } from "@kubewarden/as-sdk/assembly/json";
import { addNaturals, compareNaturals, divideNatural, multiplyNatural, Natural, naturalOf } from "./natural";
import { canonical } from "./notation";
import { Format, Quantity } from "./quantity";
import { readSpelling, Spelling } from "./spelling";

/** Decimal exponents above this are refused: the original would compute for minutes with numbers that nobody means. */
const LARGEST_EXPONENT: i64 = 120;
const NANO_DIGITS = 9;
const BITS_AT_ONCE = 30;
/** A binary quantity is capped here: 2^63 - 1 whole units. */
const BINARY_CAP_NANO: Ascii = "9223372036854775807000000000";

/** Reads the text of a quantity exactly, anything finer than nano rounded away from zero; null when it is none. */
export function parseQuantity(text: string): Quantity | null {
  const spelling = readSpelling(text);
  return spelling === null ? null : valueOf(spelling);
}

/**
 * The text under which the original stores and hashes a quantity; null when the text is no quantity.
 *
 * A text that looks canonical at first sight is kept as written (`1.500`, `+1`, `007`, `5.`), everything else is
 * rewritten canonically. With `toMilli` the value is rounded up to thousandths first, as container resources are.
 */
export function storedQuantity(text: string, toMilli: bool): string | null {
  const spelling = readSpelling(text);
  if (spelling === null) return null;
  const quantity = valueOf(spelling);
  if (quantity === null) return null;
  if (toMilli && !quantity.isWholeMilli()) return canonical(quantity.roundedToMilli());
  return looksCanonical(spelling) ? text : canonical(quantity);
}

function valueOf(spelling: Spelling): Quantity | null {
  const digits = spelling.whole + spelling.fraction;
  if (!spelling.hasDigits && !isShort(spelling)) return null;
  if (naturalOf(digits).isZero()) return new Quantity(false, naturalOf(""), spelling.format);
  if (spelling.exponent > LARGEST_EXPONENT) return null;
  const nano = spelling.base == 2 ? binaryNano(spelling, digits) : decimalNano(spelling, digits);
  const belowOne = nano.limbs.length == 1;
  const format = spelling.format == Format.BinarySI && belowOne ? Format.DecimalSI : spelling.format;
  return new Quantity(spelling.negative && !nano.isZero(), nano, format);
}

function decimalNano(spelling: Spelling, digits: string): Natural {
  const shift = spelling.exponent - spelling.fraction.length + NANO_DIGITS;
  if (shift >= 0) return naturalOf(digits + "0".repeat(<i32>shift));
  const kept = max<i64>(0, digits.length + shift);
  const natural = naturalOf(digits.slice(0, <i32>kept));
  return naturalOf(digits.slice(<i32>kept)).isZero() ? natural : addNaturals(natural, new Natural([1]));
}

function binaryNano(spelling: Spelling, digits: string): Natural {
  let scaled = naturalOf(digits);
  for (let bits = <i32>spelling.exponent; bits > 0; bits -= BITS_AT_ONCE) {
    scaled = multiplyNatural(scaled, (<u32>1) << (<u32>min(bits, BITS_AT_ONCE)));
  }
  let exact = true;
  let places = spelling.fraction.length;
  for (; places > NANO_DIGITS; places--) {
    const division = divideNatural(scaled, 10);
    exact = exact && division.remainder == 0;
    scaled = division.quotient;
  }
  if (!exact) scaled = addNaturals(scaled, new Natural([1]));
  let missing: u32 = 1;
  for (; places < NANO_DIGITS; places++) missing *= 10;
  scaled = multiplyNatural(scaled, missing);
  const cap = naturalOf(BINARY_CAP_NANO.toString());
  return compareNaturals(scaled, cap) > 0 ? cap : scaled;
}

/** The original's quick test for "already canonical", with its blind spots. */
function looksCanonical(spelling: Spelling): bool {
  if (!isShort(spelling)) return false;
  const digits = spelling.whole + spelling.fraction;
  if (spelling.base == 2) return (lowest(digits) & 7) != 0;
  const scale = spelling.exponent - spelling.fraction.length;
  return scale % 3 == 0 && !digits.endsWith("000") && digits.charCodeAt(0) != 0x30;
}

/** Whether the original reads the text by its short way, which fits 64 bits and skips two checks. */
function isShort(spelling: Spelling): bool {
  if (spelling.base == 2) {
    const room = 15 - spelling.whole.length - <i32>((<f32>spelling.exponent * 3) / 10) - 1;
    return spelling.fraction.length == 0 && room >= 0;
  }
  const digits = spelling.whole.length + spelling.fraction.length;
  return digits <= 18 && spelling.exponent - spelling.fraction.length >= -NANO_DIGITS;
}

/** The lowest nine digits: 10^9 is a multiple of 8, so they decide divisibility by 8. */
function lowest(digits: string): u32 {
  const limbs = naturalOf(digits).limbs;
  return limbs.length == 0 ? 0 : limbs[0];
}
