import { MINUS, isDigit } from "./bytes";

/** True for a number written without fraction and exponent that fits 64 signed bits: `1.0` and `1e3` are not integers. */
export function isInteger(value: usize): bool {
  if (value == 0) return false;
  const negative = load<u8>(value) == MINUS;
  let at = negative ? value + 1 : value;
  if (!isDigit(load<u8>(at))) return false;
  const limit: u64 = <u64>i64.MAX_VALUE + <u64>negative;
  let magnitude: u64 = 0;
  for (; isDigit(load<u8>(at)); at++) {
    const digit = <u64>(load<u8>(at) - 0x30);
    if (magnitude > (limit - digit) / 10) return false;
    magnitude = magnitude * 10 + digit;
  }
  const behind = load<u8>(at) | 0x20;
  return behind != 0x2e && behind != 0x65;
}

/** Value of an integer; 0 for everything that `isInteger` refuses. */
export function integer(value: usize): i64 {
  if (!isInteger(value)) return 0;
  const negative = load<u8>(value) == MINUS;
  let magnitude: u64 = 0;
  for (let at = negative ? value + 1 : value; isDigit(load<u8>(at)); at++) {
    magnitude = magnitude * 10 + <u64>(load<u8>(at) - 0x30);
  }
  return negative ? <i64>(0 - magnitude) : <i64>magnitude;
}
