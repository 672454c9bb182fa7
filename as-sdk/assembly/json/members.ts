import { Ascii, asciiAt } from "./ascii";
import { stringEnd } from "./blocks";
import { BACKSLASH, COMMA } from "./bytes";
import { Space, isArray, isEmpty, isObject, skip } from "./scan";
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
  // The item that the next move reaches; while on an item, that item: its end is only looked for when it is left.
  private at: usize;

  constructor(object: usize) {
    this.at = isObject(object) ? firstItem(object) : 0;
  }

  /** Moves to the next member; false when there is none left. */
  next(): bool {
    if (this.value != 0 && this.at != 0) this.at = nextItem(this.value);
    const key = this.at;
    if (key == 0) return false;
    this.key = key;
    this.value = memberValue(key);
    return true;
  }

  keyIs(name: Ascii): bool {
    return textEquals(this.key, name);
  }
}

/** Walks the elements of an array; anything that is not an array has none. */
export class Elements {
  /** Address of the element; 0 before the first `next`. */
  value: usize = 0;
  /** Index of the element; -1 before the first `next`. */
  index: i32 = -1;
  // The item that the next move reaches; while on an item, that item: its end is only looked for when it is left.
  private at: usize;

  constructor(array: usize) {
    this.at = isArray(array) ? firstItem(array) : 0;
  }

  /** Moves to the next element; false when there is none left. */
  next(): bool {
    if (this.value != 0 && this.at != 0) this.at = nextItem(this.value);
    const element = this.at;
    if (element == 0) return false;
    this.value = element;
    this.index++;
    return true;
  }
}

/**
 * Value of an object's member, 0 when there is none or `object` is not an object. Of duplicates the last one counts.
 * Cost: one scan of the object, no allocation.
 */
export function member(object: usize, name: Ascii): usize {
  let found: usize = 0;
  const initial = asciiAt(name, 0);
  for (let key = isObject(object) ? firstItem(object) : 0; key != 0; ) {
    const value = memberValue(key);
    // Most keys differ in the first byte already, and a call costs more than looking.
    const first = load<u8>(key, 1);
    if ((first == initial || first == BACKSLASH || initial == 0) && textEquals(key, name)) found = value;
    key = nextItem(value);
  }
  return found;
}

/** Element of an array by index, 0 when there is none or `array` is not an array. */
export function element(array: usize, index: i32): usize {
  let at = isArray(array) && index >= 0 ? firstItem(array) : 0;
  for (; at != 0 && index > 0; index--) at = nextItem(at);
  return at;
}

/** Number of members or elements; 0 for values of other kinds. */
export function count(container: usize): i32 {
  const inObject = isObject(container);
  if (!inObject && !isArray(container)) return 0;
  let found = 0;
  for (let at = firstItem(container); at != 0; found++) at = nextItem(inObject ? memberValue(at) : at);
  return found;
}

/**
 * Key of an object's first member, 0 when it has none. With `memberValue` and `nextItem` a walk without an allocation:
 * `for (let key = firstKey(object); key != 0; key = nextItem(value)) { const value = memberValue(key); … }`.
 */
export function firstKey(object: usize): usize {
  return isObject(object) ? firstItem(object) : 0;
}

/** First element of an array, 0 when it has none; `nextItem` leads to the others. */
export function firstElement(array: usize): usize {
  return isArray(array) ? firstItem(array) : 0;
}

/** Address of the first key or element, 0 in an empty container. */
function firstItem(container: usize): usize {
  return isEmpty(container) ? 0 : Space.behind(container + 1);
}

/** Address of the key or element behind a value, 0 behind the last. */
export function nextItem(value: usize): usize {
  const behind = Space.behind(skip(value));
  return load<u8>(behind) == COMMA ? Space.behind(behind + 1) : 0;
}

/** Address of the value of the member whose key is at `key`. */
export function memberValue(key: usize): usize {
  return Space.behind(Space.behind(stringEnd(key)) + 1);
}
