import { compareNaturals, multiplyNatural, Natural, naturalOf } from "../quantity/natural";

/** Decimal exponents beyond these are infinite or zero for every mantissa of a sensible length. */
const EXPONENT_LIMIT = 400;
/** Digits beyond these cannot change the nearest double in practice; the rest is dropped. */
const DIGIT_LIMIT = 40;
/** Powers of ten up to this one are exact doubles. */
const EXACT_POWER = 22;
const EXACT_MANTISSA_DIGITS = 15;
const INFINITY_BITS: u64 = 0x7ff0000000000000;
/** Digits that fit 64 bits whatever they are. */
const EXACT_INTEGER_DIGITS = 19;

/**
 * The double nearest to a decimal text `digits[.digits][e[sign]digits]`, infinity above the range; not a number for any
 * other text.
 */
export function parseDecimal(text: string): f64 {
  const marker = exponentMarker(text);
  const mantissa = marker < 0 ? text : text.slice(0, marker);
  const point = mantissa.indexOf(".");
  const whole = point < 0 ? mantissa : mantissa.slice(0, point);
  const fraction = point < 0 ? "" : mantissa.slice(point + 1);
  if (whole.length + fraction.length == 0 || !isDigits(whole) || !isDigits(fraction)) return NaN;
  const written = marker < 0 ? 0 : exponentOf(text.slice(marker + 1));
  if (written == i32.MIN_VALUE) return NaN;
  return nearest(whole + fraction, written - fraction.length);
}

function nearest(digits: string, exponent: i32): f64 {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) == 0x30) start++;
  if (start == digits.length) return 0;
  const kept = digits.slice(start, start + DIGIT_LIMIT);
  const power = exponent + (digits.length - start - kept.length);
  if (power + kept.length > EXPONENT_LIMIT) return Infinity;
  if (power + kept.length < -EXPONENT_LIMIT) return 0;
  const mantissa = <f64>integerOf(kept.slice(0, EXACT_INTEGER_DIGITS));
  const guess = timesPowerOfTen(mantissa, power + max(0, kept.length - EXACT_INTEGER_DIGITS));
  const isExact = kept.length <= EXACT_MANTISSA_DIGITS && abs(power) <= EXACT_POWER;
  return isExact ? guess : corrected(kept, power, guess);
}

/** Right up to one rounding for each 22 powers. */
function timesPowerOfTen(number: f64, power: i32): f64 {
  let result = number;
  for (let left = abs(power); left > 0; left -= EXACT_POWER) {
    const step = tenTo(min(left, EXACT_POWER));
    result = power < 0 ? result / step : result * step;
  }
  return result;
}

/** The double nearest to `digits * 10^power`, found from one that is a few steps off at most. */
function corrected(digits: string, power: i32, guess: f64): f64 {
  let bits = reinterpret<u64>(min(guess, f64.MAX_VALUE));
  while (bits < INFINITY_BITS && isAboveMiddle(digits, power, bits)) bits++;
  while (bits > 0 && !isAboveMiddle(digits, power, bits - 1)) bits--;
  return reinterpret<f64>(bits);
}

/** Whether the decimal rounds to a double above that of `bits`: compares with the middle to the next one, ties to even. */
function isAboveMiddle(digits: string, power: i32, bits: u64): bool {
  const biased = <i32>(bits >> 52);
  const fraction = bits & 0xfffffffffffff;
  const mantissa = biased == 0 ? fraction : fraction | 0x10000000000000;
  const binary = max(biased, 1) - 1076;
  // decimal * 10^power against (2 * mantissa + 1) * 2^binary, with negative powers moved to the other side
  let left = naturalOf(digits + "0".repeat(max(power, 0)));
  let right = naturalOf((2 * mantissa + 1).toString() + "0".repeat(max(-power, 0)));
  if (binary < 0) left = shifted(left, -binary);
  else right = shifted(right, binary);
  const order = compareNaturals(left, right);
  return order > 0 || (order == 0 && (bits & 1) == 1);
}

function shifted(natural: Natural, bits: i32): Natural {
  let result = natural;
  for (let left = bits; left > 0; left -= 29)
    result = multiplyNatural(result, (<u32>1) << (<u32>min(left, 29)));
  return result;
}

function tenTo(power: i32): f64 {
  let result: f64 = 1;
  for (let i = 0; i < power; i++) result *= 10;
  return result;
}

function integerOf(digits: string): u64 {
  let value: u64 = 0;
  for (let i = 0; i < digits.length; i++) value = value * 10 + (digits.charCodeAt(i) - 0x30);
  return value;
}

function exponentMarker(text: string): i32 {
  const small = text.indexOf("e");
  return small < 0 ? text.indexOf("E") : small;
}

/** The exponent, cut at a size that is far out of range; the least integer when the text is none. */
function exponentOf(text: string): i32 {
  const isSigned = text.startsWith("-") || text.startsWith("+");
  const digits = isSigned ? text.slice(1) : text;
  if (digits.length == 0 || !isDigits(digits)) return i32.MIN_VALUE;
  let exponent = 0;
  for (let i = 0; i < digits.length; i++) exponent = min(100000, exponent * 10 + digits.charCodeAt(i) - 0x30);
  return text.startsWith("-") ? -exponent : exponent;
}

function isDigits(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}
