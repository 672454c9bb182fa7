import { Writer } from "@kubewarden/as-sdk/assembly/json";

/** The address of a JSON text's value, as the scanner wants it. The text must be JSON without leading white space. */
export function document(text: string): usize {
  const writer = new Writer();
  writer.utf8(text);
  return writer.seal();
}

/** The JSON text of the value at an address. */
export function textOf(value: usize): string {
  const writer = new Writer();
  writer.copy(value);
  return writer.toString();
}
