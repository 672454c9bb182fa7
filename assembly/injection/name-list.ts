import { Writer, decode } from "@kubewarden/as-sdk/assembly/json";

/**
 * The value of the injected-list annotation: the names in `value` (a JSON string, or 0) and those of `added` (JSON
 * strings), sorted, each once, joined by commas. A JSON string.
 */
export function addToNameList(value: usize, added: Array<usize>): usize {
  const names = decode(value).split(",");
  for (let i = 0; i < added.length; i++) names.push(decode(added[i]));
  names.sort();
  const joined = new Writer(256);
  let last = "";
  for (let i = 0; i < names.length; i++) {
    if (names[i].length == 0 || names[i] == last) continue;
    if (joined.length > 0) joined.ascii(",");
    last = names[i];
    joined.utf8(last);
  }
  const text = new Writer(joined.length + 24);
  text.quote(joined.start, joined.end);
  return text.seal();
}
