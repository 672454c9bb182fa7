import { Ascii } from "@kubewarden/as-sdk/assembly/json";
import { divideNatural, Natural } from "./natural";
import { Format, Quantity } from "./quantity";

const DECIMAL_SUFFIXES: StaticArray<Ascii> = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_SUFFIXES: StaticArray<Ascii> = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO_DIGITS = 9;

/**
 * The canonical text: the shortest whole mantissa with the largest suffix of the quantity's own notation.
 *
 * Two spellings follow the original where it is odd: a binary quantity that is a fraction or below 1024 is written in
 * decimal, and a decimal one of 10^21 or more loses its suffix, because there is none.
 */
export function canonical(quantity: Quantity): string {
  if (quantity.isZero()) return "0";
  const text = quantity.format == Format.BinarySI ? binary(quantity.nano) : "";
  const magnitude = text.length > 0 ? text : decimal(quantity.nano, quantity.format);
  return quantity.negative ? "-" + magnitude : magnitude;
}

/** Empty where the number has to be written in decimal. */
function binary(nano: Natural): string {
  if (nano.limbs[0] != 0) return "";
  let whole = new Natural(nano.limbs.slice(1));
  if (whole.limbs.length == 1 && whole.limbs[0] < 1024) return "";
  let steps = 0;
  for (; ; steps++) {
    const division = divideNatural(whole, 1024);
    if (division.remainder != 0) break;
    whole = division.quotient;
  }
  return steps < BINARY_SUFFIXES.length ? `${whole.digits()}${BINARY_SUFFIXES[steps]}` : whole.digits();
}

function decimal(nano: Natural, format: Format): string {
  const digits = nano.digits();
  let zeros = 0;
  while (digits.charCodeAt(digits.length - 1 - zeros) == 0x30) zeros++;
  const thousands = zeros / 3;
  const mantissa = digits.slice(0, digits.length - thousands * 3);
  const exponent = thousands * 3 - NANO_DIGITS;
  if (format == Format.DecimalExponent)
    return exponent == 0 ? mantissa : mantissa + "e" + exponent.toString();
  return thousands < DECIMAL_SUFFIXES.length ? `${mantissa}${DECIMAL_SUFFIXES[thousands]}` : mantissa;
}
