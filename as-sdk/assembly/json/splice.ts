import { makeRoom } from "../memory/growth";
import { Ascii } from "./ascii";
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA } from "./bytes";
import { Members, member } from "./members";
import { isArray, isObject, skip, skipSpace } from "./scan";
import { Writer } from "./writer";

/** How an edit minds the commas around it. */
enum Commas {
  /** Not at all: the bytes go in as they are. */
  Verbatim,
  /** The new text is one item, with items possibly on both sides. */
  AddItem,
  /** The range is one item that leaves. */
  RemoveItem,
}

/** One edit: the source from `start` to `end` gives way to the splice's texts from `from` to `to` (offsets). */
class Edit {
  to: u32 = 0;
  constructor(
    public start: usize,
    public end: usize,
    public commas: Commas,
    public from: u32,
    public order: i32,
  ) {}
}

/** Orders of prepended elements start here, so that they come before what others insert at the same address. */
const FIRST: i32 = i32.MIN_VALUE;

/**
 * Edits of a checked JSON text, written out in one pass: what no edit touches is copied byte for byte.
 *
 * Methods that bring new text answer the writer to put it into; an edit's text ends where the next edit begins,
 * so finish one before starting another. Commas of added and removed items are settled while writing: items of the
 * same container may be added and removed in any order. Edits inside a range that is itself replaced or removed are
 * dropped, and so are edits outside the source: those of absent values, and items for what is no container. Of two
 * replacements of one value the later counts.
 */
export class Splice {
  private edits: Array<Edit> = [];
  private texts: Writer = new Writer(1024);
  private open: Edit | null = null;

  /** The text from `start` to `end`, which must stay where it is until it is written. */
  constructor(
    public start: usize,
    public end: usize,
  ) {}

  /** A splice of one value. */
  static of(value: usize): Splice {
    return new Splice(value, skip(value));
  }

  /** True while nothing was edited: the output would be the source. */
  get isEmpty(): bool {
    return this.edits.length == 0;
  }

  /** Makes room for so many bytes of new text, where the caller knows that there will be many. */
  reserve(size: usize): void {
    this.texts.reserve(size);
  }

  /** New bytes before the byte at an address, as they are. */
  insert(at: usize): Writer {
    return this.edit(at, at, Commas.Verbatim);
  }

  /** New bytes instead of those from `start` to `end`. */
  replace(start: usize, end: usize): Writer {
    return this.edit(start, end, Commas.Verbatim);
  }

  /** Another value in the place of `value`. */
  replaceValue(value: usize): Writer {
    return this.edit(value, valueEnd(value), Commas.Verbatim);
  }

  /** Drops the bytes from `start` to `end`, commas not minded. */
  remove(start: usize, end: usize): void {
    this.edit(start, end, Commas.Verbatim);
  }

  /** A new element at the end of an array. Several keep their order. */
  append(array: usize): Writer {
    return this.addLast(array);
  }

  /** A new element before all others of an array. Several keep their order. */
  prepend(array: usize): Writer {
    const at = isContainer(array) ? skipSpace(array + 1) : 0;
    return this.edit(at, at, Commas.AddItem, FIRST);
  }

  /** A new element before an existing one. Several keep their order. */
  insertBefore(element: usize): Writer {
    return this.edit(element, element, Commas.AddItem);
  }

  /** Drops an element of an array and the comma it needs no more. */
  removeElement(element: usize): void {
    this.edit(element, valueEnd(element), Commas.RemoveItem);
  }

  /** A new member at the end of an object: the writer stands behind `"name":`. The name has no quotes. */
  appendMember(object: usize, name: Ascii): Writer {
    const text = this.addLast(object);
    text.quoted(name);
    text.byte(COLON);
    return text;
  }

  /** A new member at the end of an object, key and all: write `"key":value`. */
  appendRawMember(object: usize): Writer {
    return this.addLast(object);
  }

  /** The value of a member, replaced where the object has it (the last of duplicates), else appended. */
  setMember(object: usize, name: Ascii): Writer {
    const found = member(object, name);
    return found == 0 ? this.appendMember(object, name) : this.replaceValue(found);
  }

  /** Drops every member of that name; nothing when the object has none. */
  removeMember(object: usize, name: Ascii): void {
    const members = new Members(object);
    while (members.next()) {
      if (members.keyIs(name)) this.edit(members.key, skip(members.value), Commas.RemoveItem);
    }
  }

  /** Writes the edited text. Cost: one copy of the source, at most one growth of the writer. */
  writeTo(out: Writer): void {
    this.finishText();
    this.edits.sort(byPlace);
    out.reserve(this.end - this.start + <usize>this.texts.length + <usize>this.edits.length * 2);
    let at = this.start;
    for (let i = 0; i < this.edits.length; i++) {
      const edit = this.edits[i];
      if (edit.start < at || edit.end > this.end) continue;
      out.raw(at, edit.start);
      at = edit.commas == Commas.RemoveItem ? leave(out, edit.end) : edit.end;
      if (edit.commas == Commas.AddItem) out.separate();
      out.raw(this.texts.start + edit.from, this.texts.start + edit.to);
      if (edit.commas == Commas.AddItem && !isClose(load<u8>(skipSpace(at)))) out.byte(COMMA);
    }
    out.raw(at, this.end);
  }

  private addLast(container: usize): Writer {
    const close = isContainer(container) ? skip(container) - 1 : 0;
    return this.edit(close, close, Commas.AddItem);
  }

  private edit(start: usize, end: usize, commas: Commas, base: i32 = 0): Writer {
    this.finishText();
    makeRoom(0);
    const count = this.edits.length;
    const edit = new Edit(start, end, commas, <u32>this.texts.length, base + count);
    this.edits.push(edit);
    this.open = edit;
    return this.texts;
  }

  private finishText(): void {
    const open = this.open;
    if (open) open.to = <u32>this.texts.length;
    this.open = null;
  }
}

/** Steps over the comma behind an item that leaves; behind the last item, takes back the comma before it. */
function leave(out: Writer, end: usize): usize {
  const behind = skipSpace(end);
  const byte = load<u8>(behind);
  if (byte == COMMA) return skipSpace(behind + 1);
  let at = out.end;
  while (at > out.start && load<u8>(at - 1) <= 0x20) at--;
  if (at > out.start && load<u8>(at - 1) == COMMA) out.end = at - 1;
  return end;
}

function valueEnd(value: usize): usize {
  return value == 0 ? 0 : skip(value);
}

function isContainer(value: usize): bool {
  return isObject(value) || isArray(value);
}

function isClose(byte: u8): bool {
  return byte == CLOSE_ARRAY || byte == CLOSE_OBJECT;
}

/** By address; at one address insertions first as they came, then the widest replacement, of equals the latest. */
function byPlace(left: Edit, right: Edit): i32 {
  if (left.start != right.start) return left.start < right.start ? -1 : 1;
  const inserts = left.end == left.start;
  if (inserts != (right.end == right.start)) return inserts ? -1 : 1;
  if (inserts) return left.order < right.order ? -1 : 1;
  if (left.end != right.end) return left.end > right.end ? -1 : 1;
  return left.order > right.order ? -1 : 1;
}
