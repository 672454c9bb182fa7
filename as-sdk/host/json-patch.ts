/** The three operations of RFC 6902 that Kubewarden's host produces; never move, copy or test. */
export type JsonPatchOperation =
  | { op: "add"; path: string; value: unknown }
  | { op: "remove"; path: string }
  | { op: "replace"; path: string; value: unknown };

/**
 * The patch that Kubewarden's host derives from the object it sent and the one it got back; empty when they agree.
 *
 * Objects: the new object's keys in byte order (recurse or add), then a remove for each lost key. Arrays: index by index
 * over the common length, then adds at explicit indices or removes at one fixed index. Anything else that differs is
 * replaced whole. So an element put in front of an array rewrites every element behind it.
 * Differences beyond a double's precision are invisible here, as both sides went through JSON.parse.
 */
export function jsonPatch(before: unknown, after: unknown): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  diff(before, after, "", operations);
  return operations;
}

function diff(before: unknown, after: unknown, path: string, out: JsonPatchOperation[]): void {
  if (Array.isArray(before) && Array.isArray(after)) diffArrays(before, after, path, out);
  else if (isRecord(before) && isRecord(after)) diffRecords(before, after, path, out);
  else if (before !== after) out.push({ op: "replace", path, value: after });
}

function diffArrays(before: unknown[], after: unknown[], path: string, out: JsonPatchOperation[]): void {
  const common = Math.min(before.length, after.length);
  for (let i = 0; i < common; i++) diff(before[i], after[i], `${path}/${i}`, out);
  for (let i = common; i < after.length; i++) out.push({ op: "add", path: `${path}/${i}`, value: after[i] });
  for (let i = common; i < before.length; i++) out.push({ op: "remove", path: `${path}/${common}` });
}

type Fields = Record<string, unknown>;

function diffRecords(before: Fields, after: Fields, path: string, out: JsonPatchOperation[]): void {
  for (const key of sortedKeys(after)) {
    const at = `${path}/${pointer(key)}`;
    if (Object.hasOwn(before, key)) diff(before[key], after[key], at, out);
    else out.push({ op: "add", path: at, value: after[key] });
  }
  for (const key of sortedKeys(before)) {
    if (!Object.hasOwn(after, key)) out.push({ op: "remove", path: `${path}/${pointer(key)}` });
  }
}

function sortedKeys(record: Fields): string[] {
  return Object.keys(record).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function pointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
