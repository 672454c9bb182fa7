// A guest that lets a test call the JSON layer with documents and offsets into them.

import { Ascii, SLACK, Splice, Writer, check, noteEndsWithin, skip } from "../../../assembly/json";

const CAPACITY = 1 << 20;

let document: usize = 0;
let text: usize = 0;
let edits: Splice | null = null;
let out: Writer | null = null;

/** Address of the buffer for documents, 1 MiB. */
export function documentBuffer(): usize {
  if (!document) document = heap.alloc(CAPACITY + SLACK);
  return document;
}

/** Address of the buffer for new texts, 1 MiB. */
export function textBuffer(): usize {
  if (!text) text = heap.alloc(CAPACITY + SLACK);
  return text;
}

/** -1 for a sound document of that length, else the offset where it stops being JSON. */
export function checkDocument(length: i32): i32 {
  memory.fill(document + length, 0, SLACK);
  const failed = check(document, document + length);
  return failed == 0 ? -1 : <i32>(failed - document);
}

/** Has the ends of that sound document noted, so that they are looked up from now on and not scanned for. */
export function noteEnds(length: i32): void {
  noteEndsWithin(document, document + length);
  check(document, document + length);
}

/** Ends are scanned for again. */
export function forgetEnds(): void {
  noteEndsWithin(0, 0);
}

/** Offset behind the value at an offset. */
export function skipAt(offset: i32): i32 {
  return <i32>(skip(document + offset) - document);
}

/** Starts to edit the document of that length. */
export function beginSplice(length: i32): void {
  memory.fill(document + length, 0, SLACK);
  edits = new Splice(document, document + length);
}

export function replaceValue(offset: i32, length: i32): void {
  edits!.replaceValue(document + offset).raw(text, text + length);
}

export function append(offset: i32, length: i32): void {
  edits!.append(document + offset).raw(text, text + length);
}

export function prepend(offset: i32, length: i32): void {
  edits!.prepend(document + offset).raw(text, text + length);
}

export function insertBefore(offset: i32, length: i32): void {
  edits!.insertBefore(document + offset).raw(text, text + length);
}

export function appendRawMember(offset: i32, length: i32): void {
  edits!.appendRawMember(document + offset).raw(text, text + length);
}

export function removeElement(offset: i32): void {
  edits!.removeElement(document + offset);
}

/** Removes the member whose name is in the text buffer, in ASCII and not as JSON. */
export function removeMember(offset: i32, length: i32): void {
  store<u8>(text + length, 0);
  edits!.removeMember(document + offset, changetype<Ascii>(text));
}

/** Writes the edited document; answers its length. */
export function writeSplice(): i32 {
  out = new Writer();
  edits!.writeTo(out!);
  return out!.length;
}

/** Address of what was written. */
export function written(): usize {
  return out!.start;
}
