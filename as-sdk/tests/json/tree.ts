/** A JSON value of a byte buffer with the offsets of its first byte and behind its last one. */
export interface Tree {
  readonly start: number;
  readonly end: number;
  /** Elements or members; undefined for scalars. */
  readonly items?: readonly Item[];
  readonly isObject: boolean;
}

export interface Item {
  /** The decoded key; undefined for elements of arrays. */
  readonly key?: string;
  readonly node: Tree;
}

/** Reads a JSON text that is known to be sound, the plain way: byte by byte, recursively. */
export function tree(bytes: Buffer): Tree {
  let at = 0;
  const byte = () => String.fromCharCode(bytes[at] ?? 0);
  const space = () => {
    while (" \n\r\t".includes(byte())) at++;
  };

  const string = (): string => {
    const start = at++;
    for (; byte() !== '"'; at++) if (byte() === "\\") at++;
    at++;
    return JSON.parse(bytes.toString("utf8", start, at));
  };

  const item = (isObject: boolean): Item => {
    space();
    if (!isObject) return { node: value() };
    const key = string();
    space();
    at++;
    return { key, node: value() };
  };

  const value = (): Tree => {
    space();
    const start = at;
    const first = byte();
    if (first === '"') {
      string();
      return { start, end: at, isObject: false };
    }
    if (first !== "{" && first !== "[") {
      while (/[-+.\w]/.test(byte())) at++;
      return { start, end: at, isObject: false };
    }
    const items: Item[] = [];
    at++;
    for (space(); byte() !== "}" && byte() !== "]"; space()) {
      if (byte() === ",") at++;
      items.push(item(first === "{"));
    }
    at++;
    return { start, end: at, items, isObject: first === "{" };
  };

  return value();
}

/** Every value of a tree, itself included. */
export function* nodes(root: Tree): Generator<Tree> {
  yield root;
  for (const { node } of root.items ?? []) yield* nodes(node);
}
