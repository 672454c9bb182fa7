import { compareText, Members, sameText } from "@kubewarden/as-sdk/assembly/json";

/** A member of an object by the addresses of its key and value. */
export class Entry {
  constructor(
    readonly key: usize,
    public value: usize,
  ) {}
}

/** The members in the byte order of their keys, the last of duplicates only. */
export function sortedMembers(object: usize): Array<Entry> {
  const sorted = new Array<Entry>();
  const members = new Members(object);
  while (members.next()) place(sorted, members.key, members.value);
  return sorted;
}

function place(sorted: Array<Entry>, key: usize, value: usize): void {
  let at = sorted.length;
  while (at > 0 && compareText(sorted[at - 1].key, key) > 0) at--;
  if (at > 0 && sameText(sorted[at - 1].key, key)) {
    sorted[at - 1].value = value;
    return;
  }
  sorted.push(new Entry(key, value));
  for (let i = sorted.length - 1; i > at; i--) sorted[i] = sorted[i - 1];
  sorted[at] = new Entry(key, value);
}
