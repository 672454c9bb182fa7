import { CLOSE_OBJECT, BACKSLASH, CLOSE_ARRAY, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./bytes";
import { containerEnd, stringEnd } from "./blocks";

/** What stands at a value's address. `Absent` is the kind of address 0. */
export enum Kind {
  Absent,
  Null,
  Boolean,
  Number,
  String,
  Array,
  Object,
}

/** Kind of a value, told by its first byte. */
export function kind(value: usize): Kind {
  if (value == 0) return Kind.Absent;
  switch (load<u8>(value)) {
    case OPEN_OBJECT:
      return Kind.Object;
    case OPEN_ARRAY:
      return Kind.Array;
    case QUOTE:
      return Kind.String;
    case 0x6e:
      return Kind.Null;
    case 0x66:
    case 0x74:
      return Kind.Boolean;
    default:
      return Kind.Number;
  }
}

// At address 0 stands a zero byte, so an absent value is of no kind without being asked for.

/** True for `null` only; an absent value (0) is not null. */
export function isNull(value: usize): bool {
  return load<u8>(value) == 0x6e;
}

/** True for absent and for `null`: what most Kubernetes fields treat alike. */
export function isUnset(value: usize): bool {
  return value == 0 || load<u8>(value) == 0x6e;
}

/** True for the literal `true`; false for everything else, absence included. */
export function isTrue(value: usize): bool {
  return load<u8>(value) == 0x74;
}

export function isFalse(value: usize): bool {
  return load<u8>(value) == 0x66;
}

export function isObject(value: usize): bool {
  return load<u8>(value) == OPEN_OBJECT;
}

export function isArray(value: usize): bool {
  return load<u8>(value) == OPEN_ARRAY;
}

export function isText(value: usize): bool {
  return load<u8>(value) == QUOTE;
}

/** First address at or behind `at` that holds no JSON white space. */
export function skipSpace(at: usize): usize {
  while (true) {
    const byte = load<u8>(at);
    if (byte > 0x20 || (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09)) return at;
    at++;
  }
}

// oxlint-disable-next-line typescript/no-extraneous-class -- decorators are a syntax error outside of classes
export abstract class Space {
  /** `skipSpace` for where there is seldom any. */
  @inline
  static behind(at: usize): usize {
    return load<u8>(at) > 0x20 ? at : skipSpace(at);
  }
}

/** Address just behind a value of checked JSON. Cost: 16 bytes a step for strings, objects and arrays. */
export function skip(value: usize): usize {
  const first = load<u8>(value);
  if (first == QUOTE) return stringEnd(value);
  if (first == OPEN_OBJECT || first == OPEN_ARRAY) return containerEnd(value);
  let at = value + 1;
  while (true) {
    const byte = load<u8>(at);
    if (byte <= 0x20 || byte == COMMA || byte == CLOSE_OBJECT || byte == CLOSE_ARRAY) return at;
    at++;
  }
}

/** True for `{}` and `[]`, with or without white space inside; false for values of other kinds. */
export function isEmpty(container: usize): bool {
  if (!isObject(container) && !isArray(container)) return false;
  const first = load<u8>(skipSpace(container + 1));
  return first == CLOSE_OBJECT || first == CLOSE_ARRAY;
}

/** True when the text from `start` to `end` holds a backslash, so that its bytes are not what it says. */
export function hasEscape(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(at) == BACKSLASH) return true;
  return false;
}
