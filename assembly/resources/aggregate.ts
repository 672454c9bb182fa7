import { Ascii, member, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { parseQuantity } from "../sidecarset/quantity/parse";
import { Quantity, add, compareQuantities, zero } from "../sidecarset/quantity/quantity";
import { quantityText } from "../sidecarset/quantity/value";

/**
 * The sum or the maximum of one resource over containers, by the mode of the policy; null when there is none.
 *
 * @param side "limits" or "requests". One container without a limit is unlimited, and so are all of them together.
 * @param mode a JSON string; anything but sum and max has no result.
 */
export function aggregate(targets: Array<usize>, side: Ascii, resource: Ascii, mode: usize): Quantity | null {
  if (textEquals(mode, "sum")) return sum(targets, side, resource);
  return textEquals(mode, "max") ? maximum(targets, side, resource) : null;
}

function sum(targets: Array<usize>, side: Ascii, resource: Ascii): Quantity | null {
  let total = zero();
  for (let i = 0; i < targets.length; i++) {
    const amount = amountOf(targets[i], side, resource);
    if (amount) total = add(total, amount);
    else if (side == "limits") return null;
  }
  return total.isZero() && side == "requests" ? null : total;
}

function maximum(targets: Array<usize>, side: Ascii, resource: Ascii): Quantity | null {
  let largest: Quantity | null = null;
  for (let i = 0; i < targets.length; i++) {
    const amount = amountOf(targets[i], side, resource);
    if (!amount) {
      if (side == "limits") return null;
      continue;
    }
    if (!largest || compareQuantities(amount, largest) > 0) largest = amount;
  }
  return largest;
}

/** What cannot be read counts as absent: the API server lets no such Pod through. */
function amountOf(container: usize, side: Ascii, resource: Ascii): Quantity | null {
  const text = quantityText(member(member(member(container, "resources"), side), resource));
  if (text === null) return null;
  return parseQuantity(text);
}
