import { Entry, writeEntries, writeTexts } from "../guest/entry";
import { Ascii, Writer } from "../json";

// Parts of payloads. Optional fields are left out, which every host reads as absent.

export function optionalText(out: Writer, name: Ascii, value: string): void {
  if (value.length > 0) requiredText(out, name, value);
}

export function requiredText(out: Writer, name: Ascii, value: string): void {
  out.name(name);
  out.text(value);
}

export function optionalTexts(out: Writer, name: Ascii, values: Array<string>): void {
  if (values.length == 0) return;
  out.name(name);
  writeTexts(out, values);
}

export function optionalEntries(out: Writer, name: Ascii, entries: Array<Entry>): void {
  if (entries.length == 0) return;
  out.name(name);
  writeEntries(out, entries);
}

/** Bytes as the host takes them: an array of numbers. */
export function writeBytes(out: Writer, bytes: Uint8Array): void {
  out.byte(0x5b);
  for (let i = 0; i < bytes.length; i++) {
    out.separate();
    out.integer(bytes[i]);
  }
  out.byte(0x5d);
}

/** A payload that is one JSON string. */
export function textPayload(text: string): Writer {
  const out = new Writer();
  out.text(text);
  return out;
}
