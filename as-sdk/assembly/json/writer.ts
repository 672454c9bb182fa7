import { Ascii, asciiLength } from "./ascii";
import { BACKSLASH, COLON, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, SLACK } from "./bytes";
import { makeRoom } from "../memory/growth";
import { skip } from "./scan";
import { character } from "./text";

/** `\\u0000` */
const LONGEST_ESCAPE: usize = 6;

/**
 * A growing buffer of UTF-8.
 *
 * Addresses into it are void after the next write, which may move it: keep offsets from `start`.
 * Its memory is outside the collector's sight; `free` gives it back where that matters.
 */
export class Writer {
  /** Address of the first byte. */
  start: usize;
  /** Address behind the last byte. */
  end: usize;
  private limit: usize;

  constructor(capacity: i32 = 256) {
    const size = <usize>max(capacity, 32);
    makeRoom(size);
    this.start = heap.alloc(size);
    this.end = this.start;
    this.limit = this.start + size;
  }

  /** Bytes written so far. */
  get length(): i32 {
    return <i32>(this.end - this.start);
  }

  /** Makes room for `size` more bytes, so that writing them moves nothing. */
  reserve(size: usize): void {
    if (this.limit - this.end >= size) return;
    const used = this.end - this.start;
    const wanted = max(used + size, (this.limit - this.start) << 1);
    makeRoom(wanted);
    this.start = heap.realloc(this.start, wanted);
    this.end = this.start + used;
    this.limit = this.start + wanted;
  }

  byte(value: u8): void {
    this.reserve(1);
    store<u8>(this.end++, value);
  }

  /** The characters as they are. */
  ascii(text: Ascii): void {
    const start = changetype<usize>(text);
    this.raw(start, start + asciiLength(text));
  }

  /** The characters in quotes; the text has no quotes and backslashes. */
  quoted(text: Ascii): void {
    this.byte(QUOTE);
    this.ascii(text);
    this.byte(QUOTE);
  }

  /** Bytes as they are. */
  raw(start: usize, end: usize): void {
    this.reserve(end - start);
    memory.copy(this.end, start, end - start);
    this.end += end - start;
  }

  /** A JSON value of another text as it is written there; nothing when absent. */
  copy(value: usize): void {
    if (value != 0) this.raw(value, skip(value));
  }

  /** A JSON string that says `text`. Half a surrogate pair is written as an escape, so the output is always UTF-8. */
  text(text: string): void {
    this.byte(QUOTE);
    this.escape(text);
    this.byte(QUOTE);
  }

  /** The inside of a JSON string, without its quotes: lets a string be composed of several texts. */
  escape(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) {
      if (this.limit - this.end < LONGEST_ESCAPE) this.reserve(LONGEST_ESCAPE);
      const code = text.codePointAt(i);
      if (code > 0xffff) i++;
      if (code < 0x80) this.escapeByte(<u8>code);
      else if ((code & 0xfffff800) == 0xd800) this.hex(code);
      else this.encode(code);
    }
  }

  /** A JSON string of raw UTF-8 bytes, which are trusted to be UTF-8. */
  quote(start: usize, end: usize): void {
    this.byte(QUOTE);
    this.reserve(end - start);
    for (let at = start; at < end; at++) {
      if (this.limit - this.end < LONGEST_ESCAPE) this.reserve(LONGEST_ESCAPE);
      const byte = load<u8>(at);
      if (byte >= 0x20 && byte != QUOTE && byte != BACKSLASH) store<u8>(this.end++, byte);
      else this.escapeByte(byte);
    }
    this.byte(QUOTE);
  }

  /** The text in UTF-8, not as JSON. Half a surrogate pair becomes U+FFFD. */
  utf8(text: string): void {
    this.reserve(<usize>text.length * 3);
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i);
      if (code > 0xffff) i++;
      this.encode((code & 0xfffff800) == 0xd800 ? 0xfffd : code);
    }
  }

  /** What a JSON string says, in UTF-8 and not as JSON. Half a surrogate pair becomes U+FFFD. */
  unquoted(text: usize): void {
    const end = skip(text) - 1;
    this.reserve(end - text);
    for (let at = text + 1; at < end; ) {
      const here = character(at);
      const code = <i32>here;
      this.encode((code & 0xfffff800) == 0xd800 ? 0xfffd : code);
      at = <usize>(here >> 32);
    }
  }

  integer(value: i64): void {
    this.reserve(20);
    let magnitude = <u64>value;
    if (value < 0) {
      store<u8>(this.end++, 0x2d);
      magnitude = 0 - magnitude;
    }
    let size: usize = 1;
    for (let rest = magnitude / 10; rest != 0; rest /= 10) size++;
    for (let at = this.end + size; at > this.end; magnitude /= 10)
      store<u8>(--at, <u8>(0x30 + (magnitude % 10)));
    this.end += size;
  }

  boolean(value: bool): void {
    this.ascii(value ? "true" : "false");
  }

  /** `"name":`, with a comma before it where one is due. The name has no quotes and backslashes. */
  name(name: Ascii): void {
    this.separate();
    this.quoted(name);
    this.byte(COLON);
  }

  /** Writes a comma unless the last byte (white space apart) opens a container or is a comma: call it before each item. */
  separate(): void {
    let at = this.end;
    while (at > this.start && load<u8>(at - 1) <= 0x20) at--;
    if (at == this.start) return;
    const last = load<u8>(at - 1);
    if (last != COMMA && last != OPEN_OBJECT && last != OPEN_ARRAY) this.byte(COMMA);
  }

  /** Puts the 16 zero bytes behind the text that scanning it needs, and answers its address. */
  seal(): usize {
    this.reserve(SLACK);
    memory.fill(this.end, 0, SLACK);
    return this.start;
  }

  /** What was written, as a string. */
  toString(): string {
    return String.UTF8.decodeUnsafe(this.start, this.end - this.start);
  }

  /** Gives the memory back; the writer must not be used afterwards. */
  free(): void {
    heap.free(this.start);
    this.start = this.end = this.limit = 0;
  }

  /** Room must have been reserved: six bytes. */
  private escapeByte(byte: u8): void {
    if (byte == QUOTE || byte == BACKSLASH) {
      store<u8>(this.end++, BACKSLASH);
      store<u8>(this.end++, byte);
    } else if (byte < 0x20) this.control(byte);
    else store<u8>(this.end++, byte);
  }

  private control(byte: u8): void {
    let letter: u8 = 0;
    if (byte == 0x08) letter = 0x62;
    else if (byte == 0x09) letter = 0x74;
    else if (byte == 0x0a) letter = 0x6e;
    else if (byte == 0x0c) letter = 0x66;
    else if (byte == 0x0d) letter = 0x72;
    if (letter == 0) return this.hex(byte);
    store<u8>(this.end++, BACKSLASH);
    store<u8>(this.end++, letter);
  }

  private hex(code: i32): void {
    store<u16>(this.end, 0x755c);
    this.end += 2;
    for (let shift = 12; shift >= 0; shift -= 4) {
      const digit = <u8>((code >> shift) & 15);
      store<u8>(this.end++, digit < 10 ? 0x30 + digit : 0x57 + digit);
    }
  }

  private encode(code: i32): void {
    if (code < 0x80) {
      store<u8>(this.end++, <u8>code);
      return;
    }
    if (code < 0x800) store<u8>(this.end++, <u8>(0xc0 | (code >> 6)));
    else {
      if (code < 0x10000) store<u8>(this.end++, <u8>(0xe0 | (code >> 12)));
      else {
        store<u8>(this.end++, <u8>(0xf0 | (code >> 18)));
        store<u8>(this.end++, <u8>(0x80 | ((code >> 12) & 0x3f)));
      }
      store<u8>(this.end++, <u8>(0x80 | ((code >> 6) & 0x3f)));
    }
    store<u8>(this.end++, <u8>(0x80 | (code & 0x3f)));
  }
}
