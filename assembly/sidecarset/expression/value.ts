import { naturalOf } from "../quantity/natural";
import { add, compareQuantities, Format, negate, Quantity } from "../quantity/quantity";

/** Doubles from here on are no 64-bit integers; the original's result for them is undefined. */
const INTEGER_LIMIT: f64 = 9223372036854775808.0;

/** What an expression computes with: a plain number or a quantity. */
export class Value {
  private constructor(
    /** Null for a plain number. */
    readonly quantity: Quantity | null,
    readonly number: f64,
  ) {}

  static ofNumber(number: f64): Value {
    return new Value(null, number);
  }

  static ofQuantity(quantity: Quantity): Value {
    return new Value(quantity, 0);
  }
}

/** A quantity of that many thousandths, the rest cut off; null when the number is none or too large. */
export function quantityOfMilli(milli: f64, format: Format): Quantity | null {
  const whole = trunc(milli);
  if (!(abs(whole) < INTEGER_LIMIT)) return null;
  const integer = <i64>whole;
  const magnitude = <u64>(integer < 0 ? -integer : integer);
  return new Quantity(integer < 0, naturalOf(magnitude.toString() + "000000"), format);
}

/** The value as a quantity: numbers count units and are cut to thousandths. Null when too large. */
export function asQuantity(value: Value): Quantity | null {
  const quantity = value.quantity;
  return quantity === null ? quantityOfMilli(value.number * 1000, Format.DecimalSI) : quantity;
}

export function negated(value: Value): Value {
  const quantity = value.quantity;
  return quantity === null ? Value.ofNumber(-value.number) : Value.ofQuantity(negate(quantity));
}

/** Sum or, with `negative`, difference; exact as soon as one side is a quantity. Null when too large. */
export function sum(left: Value, right: Value, negative: bool): Value | null {
  const addend = negative ? negated(right) : right;
  if (left.quantity === null && right.quantity === null) return Value.ofNumber(left.number + addend.number);
  const a = asQuantity(left);
  const b = asQuantity(addend);
  return a === null || b === null ? null : Value.ofQuantity(add(a, b));
}

/** The thousandths of a quantity times a number, or divided by it, cut to whole ones. Null when too large. */
export function scaled(quantity: Quantity, factor: f64, divides: bool): Value | null {
  const milli = quantity.milliFloat();
  const result = quantityOfMilli(divides ? milli / factor : milli * factor, quantity.format);
  return result === null ? null : Value.ofQuantity(result);
}

/** The greater or the lesser of two, the left one when they are equal. Null when a number is too large to compare. */
export function chosen(left: Value, right: Value, greater: bool): Value | null {
  if (left.quantity === null && right.quantity === null) {
    const keepsLeft = greater ? left.number >= right.number : left.number <= right.number;
    return keepsLeft ? left : right;
  }
  const a = asQuantity(left);
  const b = asQuantity(right);
  if (a === null || b === null) return null;
  const order = compareQuantities(a, b);
  return Value.ofQuantity(order == 0 || order > 0 == greater ? a : b);
}
