import { Writer } from "../json";

/** A name and its text, where the wire has an object of strings. */
export class Entry {
  constructor(
    public name: string,
    public value: string,
  ) {}
}

/** Writes entries as a JSON object. */
export function writeEntries(out: Writer, entries: Array<Entry>): void {
  out.byte(0x7b);
  for (let i = 0; i < entries.length; i++) {
    out.separate();
    out.text(entries[i].name);
    out.byte(0x3a);
    out.text(entries[i].value);
  }
  out.byte(0x7d);
}

/** Writes texts as a JSON array. */
export function writeTexts(out: Writer, texts: Array<string>): void {
  out.byte(0x5b);
  for (let i = 0; i < texts.length; i++) {
    out.separate();
    out.text(texts[i]);
  }
  out.byte(0x5d);
}
