import {
  count,
  Elements,
  isUnset,
  Kind,
  kind,
  Members,
  sameText,
  skip,
} from "@kubewarden/as-sdk/assembly/json";
import { valueOfKey } from "../../matching/labels";

/**
 * Whether two JSON values say the same: order and spelling of members do not count, nor do members that are null.
 * Numbers are compared as they are written.
 */
export function sameValue(a: usize, b: usize): bool {
  if (isUnset(a) || isUnset(b)) return isUnset(a) && isUnset(b);
  if (kind(a) != kind(b)) return false;
  switch (kind(a)) {
    case Kind.Object:
      return sameMembers(a, b);
    case Kind.Array:
      return sameElements(a, b);
    case Kind.String:
      return sameText(a, b);
    default:
      return skip(a) - a == skip(b) - b && memory.compare(a, b, skip(a) - a) == 0;
  }
}

function sameMembers(a: usize, b: usize): bool {
  const left = new Members(a);
  while (left.next()) {
    if (!sameValue(valueOfKey(a, left.key), valueOfKey(b, left.key))) return false;
  }
  const right = new Members(b);
  while (right.next()) {
    if (isUnset(valueOfKey(a, right.key)) && !isUnset(valueOfKey(b, right.key))) return false;
  }
  return true;
}

function sameElements(a: usize, b: usize): bool {
  if (count(a) != count(b)) return false;
  const left = new Elements(a);
  const right = new Elements(b);
  while (left.next() && right.next()) if (!sameValue(left.value, right.value)) return false;
  return true;
}
