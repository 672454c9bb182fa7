import {
  Ascii,
  Elements,
  integer,
  isArray,
  isBlank,
  isEmpty,
  isObject,
  isText,
  isTrue,
  isUnset,
  member,
  Writer,
} from "@kubewarden/as-sdk/assembly/json";
import { storedQuantity } from "../quantity/parse";
import { quantityText } from "../quantity/value";
import { Fields, Presence, Shape } from "../shape/fields";
import { writeGoText } from "./go-text";
import { sortedMembers } from "./sorted-members";

/**
 * Writes typed objects as the original does before it hashes them: the fields its types know, in their order, by their
 * omission rules, quantities in stored form, everything else dropped. A value of the wrong kind counts as absent.
 */
export class CanonicalJson extends Fields {
  private visited: usize = 0;

  /** With `withImage` false, containers are written as if they had no image. */
  constructor(
    readonly out: Writer,
    readonly withImage: bool,
  ) {
    super();
  }

  /** The elements of a list, each in its shape; `null` for a list that is absent. */
  list(array: usize, shape: Shape): void {
    if (!isArray(array)) return this.out.ascii("null");
    this.out.ascii("[");
    const elements = new Elements(array);
    while (elements.next()) {
      this.out.separate();
      this.write(elements.value, shape);
    }
    this.out.ascii("]");
  }

  /** One object in its shape; what is no object has zero values only. */
  write(object: usize, shape: Shape): void {
    const outer = this.visited;
    this.visited = object;
    this.out.ascii("{");
    shape(this);
    this.out.ascii("}");
    this.visited = outer;
  }

  text(name: Ascii, presence: Presence): void {
    const value = member(this.visited, name);
    if (presence == Presence.NotZero ? isBlank(value) : presence == Presence.NotNull && !isText(value))
      return;
    this.out.name(name);
    writeGoText(value, this.out);
  }

  image(name: Ascii): void {
    if (this.withImage) this.text(name, Presence.NotZero);
  }

  nullableText(name: Ascii): void {
    const value = member(this.visited, name);
    this.out.name(name);
    if (isText(value)) writeGoText(value, this.out);
    else this.out.ascii("null");
  }

  integer(name: Ascii, presence: Presence): void {
    const value = member(this.visited, name);
    const number = integer(value);
    if (presence == Presence.NotZero ? number == 0 : presence == Presence.NotNull && isUnset(value)) return;
    this.out.name(name);
    this.out.integer(number);
  }

  boolean(name: Ascii, presence: Presence): void {
    const value = member(this.visited, name);
    if (presence == Presence.NotZero ? !isTrue(value) : presence == Presence.NotNull && isUnset(value))
      return;
    this.out.name(name);
    this.out.boolean(isTrue(value));
  }

  integerOrText(name: Ascii, presence: Presence): void {
    const value = member(this.visited, name);
    if (presence != Presence.Always && isUnset(value)) return;
    this.out.name(name);
    if (isText(value)) writeGoText(value, this.out);
    else this.out.integer(integer(value));
  }

  texts(name: Ascii): void {
    const value = member(this.visited, name);
    if (!isArray(value) || isEmpty(value)) return;
    this.out.name(name);
    this.out.ascii("[");
    const elements = new Elements(value);
    while (elements.next()) {
      this.out.separate();
      writeGoText(elements.value, this.out);
    }
    this.out.ascii("]");
  }

  textMap(name: Ascii): void {
    const value = member(this.visited, name);
    if (!isObject(value) || isEmpty(value)) return;
    this.out.name(name);
    this.out.ascii("{");
    const entries = sortedMembers(value);
    for (let i = 0; i < entries.length; i++) {
      this.key(entries[i].key);
      writeGoText(entries[i].value, this.out);
    }
    this.out.ascii("}");
  }

  quantity(name: Ascii): void {
    this.out.name(name);
    this.stored(member(this.visited, name));
  }

  quantities(name: Ascii): void {
    const value = member(this.visited, name);
    if (!isObject(value) || isEmpty(value)) return;
    this.out.name(name);
    this.out.ascii("{");
    const entries = sortedMembers(value);
    for (let i = 0; i < entries.length; i++) {
      this.key(entries[i].key);
      this.stored(entries[i].value);
    }
    this.out.ascii("}");
  }

  object(name: Ascii, shape: Shape, presence: Presence): void {
    const value = member(this.visited, name);
    if (presence != Presence.Always && !isObject(value)) return;
    this.out.name(name);
    this.write(value, shape);
  }

  objects(name: Ascii, shape: Shape): void {
    const value = member(this.visited, name);
    if (!isArray(value) || isEmpty(value)) return;
    this.out.name(name);
    this.list(value, shape);
  }

  private key(key: usize): void {
    this.out.separate();
    writeGoText(key, this.out);
    this.out.ascii(":");
  }

  private stored(value: usize): void {
    const text = quantityText(value);
    const stored = storedQuantity(text === null ? "0" : text, false);
    this.out.text(stored === null ? "0" : stored);
  }
}
