import { Writer } from "@kubewarden/as-sdk/assembly/json";

/** A JSON string that says `text`, at an address that can be read like one in a document. Costs an allocation. */
export function jsonText(text: string): usize {
  const writer = new Writer(text.length + 24);
  writer.text(text);
  return writer.seal();
}
