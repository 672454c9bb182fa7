/** The members of a JSON object as texts, in order of appearance; `key` is decoded, `text` is the value untouched. */
export interface JsonMember {
  readonly key: string;
  readonly text: string;
}

/**
 * Splits the text of a JSON object into its members without re-spelling their values; undefined when `json` is not an
 * object. Of equal keys the last one stays, as with `JSON.parse`.
 */
export function jsonMembers(json: string): readonly JsonMember[] | undefined {
  let whole: unknown;
  try {
    whole = JSON.parse(json);
  } catch {
    // Annotations are written by anyone; what is not JSON has no members.
    return undefined;
  }
  if (typeof whole !== "object" || whole === null || Array.isArray(whole)) return undefined;
  const members = new Map<string, JsonMember>();
  let at = skipSpace(json, json.indexOf("{") + 1);
  while (json[at] !== "}") {
    const keyEnd = endOfValue(json, at);
    const key = String(JSON.parse(json.slice(at, keyEnd)));
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, start);
    members.delete(key);
    members.set(key, { key, text: json.slice(start, end) });
    at = skipSpace(json, end);
    if (json[at] === ",") at = skipSpace(json, at + 1);
  }
  return [...members.values()];
}

/** Writes members back as one object, keys sorted by their UTF-16 units (bytewise for the names used here). */
export function writeMembers(members: readonly JsonMember[]): string {
  const sorted = members.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return `{${sorted.map(({ key, text }) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

function skipSpace(json: string, at: number): number {
  while (at < json.length && " \t\n\r".includes(json.charAt(at))) at++;
  return at;
}

/** The end of the value that starts at `at`; the text is known to be valid JSON. */
function endOfValue(json: string, at: number): number {
  let depth = 0;
  let inString = false;
  for (let i = at; i < json.length; i++) {
    const c = json.charAt(i);
    if (inString) {
      if (c === "\\") i++;
      else if (c === '"') inString = false;
      if (!inString && depth === 0) return i + 1;
    } else if (c === '"') inString = true;
    else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (c === "," || " \t\n\r:".includes(c))) return i;
  }
  return json.length;
}
