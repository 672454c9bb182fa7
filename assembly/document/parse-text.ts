import { Writer, check, isText, skipSpace } from "@kubewarden/as-sdk/assembly/json";

/** The JSON value that a JSON string says, or 0 when it says no JSON or is no string. Costs a copy, which stays. */
export function parseText(text: usize): usize {
  if (!isText(text)) return 0;
  const document = new Writer(32);
  document.unquoted(text);
  const length = document.length;
  const start = document.seal();
  return check(start, start + length) == 0 ? skipSpace(start) : 0;
}
