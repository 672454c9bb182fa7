import { decode, Kind, kind, skip } from "@kubewarden/as-sdk/assembly/json";
import { parseQuantity } from "./parse";
import { Quantity } from "./quantity";

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
