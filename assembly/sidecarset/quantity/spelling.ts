import { Ascii, asciiEquals } from "@kubewarden/as-sdk/assembly/json";
import { Format } from "./quantity";

const DECIMAL_SUFFIXES: StaticArray<Ascii> = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_SUFFIXES: StaticArray<Ascii> = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/** Longer exponents are cut off here; far outside of every use, and the value's owner refuses them. */
const EXPONENT_LIMIT: i64 = 1_000_000;

/** The parts of a quantity as it was written: `[sign] whole [. fraction] suffix`. */
export class Spelling {
  negative: bool = false;
  /** False when there is no digit before the suffix at all. */
  hasDigits: bool = false;
  /** Digits before the point without leading zeros, `0` when none is left. */
  whole: string = "0";
  /** Digits behind the point as written. */
  fraction: string = "";
  base: i32 = 10;
  /** Power of `base` that the suffix stands for. */
  exponent: i64 = 0;
  format: Format = Format.DecimalSI;
}

/**
 * Splits the text of a quantity; null when it is none.
 *
 * Lenient where the original is: all digits may be missing (`m`, `.` and `+` are zero), and so may those behind a point.
 */
export function readSpelling(text: string): Spelling | null {
  if (text.length == 0) return null;
  const spelling = new Spelling();
  const sign = text.charAt(0);
  const start = sign == "+" || sign == "-" ? 1 : 0;
  spelling.negative = sign == "-";
  let position = start;
  while (position < text.length && text.charAt(position) == "0") position++;
  const whole = endOfDigits(text, position);
  if (whole > position) spelling.whole = text.slice(position, whole);
  spelling.hasDigits = whole > start;
  position = whole;
  if (position < text.length && text.charAt(position) == ".") {
    const end = endOfDigits(text, position + 1);
    spelling.fraction = text.slice(position + 1, end);
    spelling.hasDigits = spelling.hasDigits || end > position + 1;
    position = end;
  }
  return readSuffix(text.slice(position), spelling) ? spelling : null;
}

function readSuffix(suffix: string, into: Spelling): bool {
  const decimal = indexIn(DECIMAL_SUFFIXES, suffix);
  if (decimal >= 0) {
    into.exponent = (decimal - 3) * 3;
    return true;
  }
  const binary = indexIn(BINARY_SUFFIXES, suffix);
  if (binary > 0) {
    into.base = 2;
    into.exponent = binary * 10;
    into.format = Format.BinarySI;
    return true;
  }
  const letter = suffix.charAt(0);
  return (letter == "e" || letter == "E") && readExponent(suffix, into);
}

function readExponent(suffix: string, into: Spelling): bool {
  let position = 1;
  const sign = suffix.charAt(1);
  if (sign == "+" || sign == "-") position++;
  if (position == suffix.length || endOfDigits(suffix, position) != suffix.length) return false;
  let exponent: i64 = 0;
  for (; position < suffix.length; position++) {
    exponent = min(EXPONENT_LIMIT, exponent * 10 + (suffix.charCodeAt(position) - 0x30));
  }
  into.exponent = sign == "-" ? -exponent : exponent;
  into.format = Format.DecimalExponent;
  return true;
}

function endOfDigits(text: string, from: i32): i32 {
  let end = from;
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return end;
}

function indexIn(list: StaticArray<Ascii>, value: string): i32 {
  for (let i = 0; i < list.length; i++) if (asciiEquals(list[i], value)) return i;
  return -1;
}
