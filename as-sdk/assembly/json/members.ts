import { COMMA, OPEN_ARRAY, OPEN_OBJECT } from "./bytes";
import { skip, skipSpace } from "./scan";
import { textEquals } from "./text";

/**
 * Walks the members of an object in the order they are written: `while (m.next()) if (m.keyIs("spec")) … m.value`.
 *
 * Anything that is not an object, absence included, has no members. A duplicate key is met twice.
 */
export class Members {
  /** Address of the member's key, a string; 0 before the first `next`. */
  key: usize = 0;
  /** Address of the member's value; 0 before the first `next`. */
  value: usize = 0;
  private at: usize;

  constructor(object: usize) {
    this.at = object != 0 && load<u8>(object) == OPEN_OBJECT ? object : 0;
  }

  /** Moves to the next member; false when there is none left. */
  next(): bool {
    if (this.at == 0) return false;
    let at = this.value == 0 ? skipSpace(this.at + 1) : skipSpace(skip(this.value));
    if (load<u8>(at) == COMMA) at = skipSpace(at + 1);
    if (load<u8>(at) != 0x22) {
      this.at = 0;
      return false;
    }
    this.key = at;
    this.value = skipSpace(skipSpace(skip(at)) + 1);
    return true;
  }

  keyIs(name: string): bool {
    return textEquals(this.key, name);
  }
}

/** Walks the elements of an array; anything that is not an array has none. */
export class Elements {
  /** Address of the element; 0 before the first `next`. */
  value: usize = 0;
  /** Index of the element; -1 before the first `next`. */
  index: i32 = -1;
  private at: usize;

  constructor(array: usize) {
    this.at = array != 0 && load<u8>(array) == OPEN_ARRAY ? array : 0;
  }

  /** Moves to the next element; false when there is none left. */
  next(): bool {
    if (this.at == 0) return false;
    let at = this.value == 0 ? skipSpace(this.at + 1) : skipSpace(skip(this.value));
    if (load<u8>(at) == COMMA) at = skipSpace(at + 1);
    if (load<u8>(at) == 0x5d) {
      this.at = 0;
      return false;
    }
    this.value = at;
    this.index++;
    return true;
  }
}

/** Value of an object's member, 0 when there is none or `object` is not an object. Of duplicates the last one counts. */
export function member(object: usize, name: string): usize {
  let found: usize = 0;
  const members = new Members(object);
  while (members.next()) if (members.keyIs(name)) found = members.value;
  return found;
}

/** Element of an array by index, 0 when there is none or `array` is not an array. */
export function element(array: usize, index: i32): usize {
  const elements = new Elements(array);
  while (elements.next()) if (elements.index == index) return elements.value;
  return 0;
}

/** Number of members or elements; 0 for values of other kinds. */
export function count(container: usize): i32 {
  let found = 0;
  const members = new Members(container);
  while (members.next()) found++;
  const elements = new Elements(container);
  while (elements.next()) found++;
  return found;
}
