import {
  Ascii,
  decode,
  Elements,
  isArray,
  isFalse,
  isInteger,
  isObject,
  isText,
  isTrue,
  isUnset,
  member,
  Members,
} from "@kubewarden/as-sdk/assembly/json";
import { Path } from "../problems/path";
import { Problems } from "../problems/problems";
import { shown } from "../problems/shown";
import { storedQuantity } from "../quantity/parse";
import { isPlainQuantity, quantityText } from "../quantity/value";
import { Fields, Presence, Shape } from "./fields";

/**
 * Reports every field whose value is of the wrong kind. Absent and `null` are never wrong here: whether a field is
 * required is a rule, not a type.
 */
export class TypeCheck extends Fields {
  private visited: usize = 0;

  constructor(
    private path: Path,
    private readonly problems: Problems,
  ) {
    super();
  }

  /** Checks one object and everything in it. */
  check(object: usize, shape: Shape): void {
    if (isUnset(object)) return;
    if (!isObject(object)) return this.wrong(this.path, "an object", object);
    const outer = this.visited;
    this.visited = object;
    shape(this);
    this.visited = outer;
  }

  text(name: Ascii, _presence: Presence): void {
    this.scalar(name, isText, "a text");
  }

  nullableText(name: Ascii): void {
    this.text(name, Presence.NotNull);
  }

  image(name: Ascii): void {
    this.text(name, Presence.NotZero);
  }

  integer(name: Ascii, _presence: Presence): void {
    this.scalar(name, isInteger, "a whole number");
  }

  boolean(name: Ascii, _presence: Presence): void {
    this.scalar(name, (value: usize) => isTrue(value) || isFalse(value), "true or false");
  }

  integerOrText(name: Ascii, _presence: Presence): void {
    this.scalar(name, (value: usize) => isText(value) || isInteger(value), "a whole number or a text");
  }

  texts(name: Ascii): void {
    const elements = this.elements(name);
    while (elements.next()) {
      if (isUnset(elements.value) || isText(elements.value)) continue;
      this.wrong(this.path.to(name).at(elements.index), "a text", elements.value);
    }
  }

  textMap(name: Ascii): void {
    const members = this.members(name);
    while (members.next()) {
      if (isUnset(members.value) || isText(members.value)) continue;
      this.wrong(this.path.to(name).key(decode(members.key)), "a text", members.value);
    }
  }

  quantity(name: Ascii): void {
    const value = member(this.visited, name);
    if (!isUnset(value)) this.stored(this.path.to(name), value);
  }

  quantities(name: Ascii): void {
    const members = this.members(name);
    while (members.next()) {
      if (!isUnset(members.value)) this.stored(this.path.to(name).key(decode(members.key)), members.value);
    }
  }

  object(name: Ascii, shape: Shape, _presence: Presence): void {
    this.descend(this.path.to(name), member(this.visited, name), shape);
  }

  objects(name: Ascii, shape: Shape): void {
    const elements = this.elements(name);
    while (elements.next()) this.descend(this.path.to(name).at(elements.index), elements.value, shape);
  }

  private scalar(name: Ascii, accepts: (value: usize) => bool, expected: Ascii): void {
    const value = member(this.visited, name);
    if (!isUnset(value) && !accepts(value)) this.wrong(this.path.to(name), expected, value);
  }

  private descend(path: Path, object: usize, shape: Shape): void {
    const outer = this.path;
    this.path = path;
    this.check(object, shape);
    this.path = outer;
  }

  private elements(name: Ascii): Elements {
    const value = member(this.visited, name);
    if (!isUnset(value) && !isArray(value)) this.wrong(this.path.to(name), "a list", value);
    return new Elements(value);
  }

  private members(name: Ascii): Members {
    const value = member(this.visited, name);
    if (!isUnset(value) && !isObject(value)) this.wrong(this.path.to(name), "a map", value);
    return new Members(value);
  }

  private stored(path: Path, value: usize): void {
    if (isPlainQuantity(value)) return;
    const text = quantityText(value);
    if (text !== null && storedQuantity(text, false) !== null) return;
    this.wrong(path, 'a quantity such as "100m" or "64Mi"', value);
  }

  private wrong(path: Path, expected: Ascii, value: usize): void {
    this.problems.add(path, `expected ${expected}, got ${shown(value)}`);
  }
}
