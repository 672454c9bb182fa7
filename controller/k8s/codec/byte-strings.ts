/** Places of the cache; a power of two. */
const places = 1 << 14;

/** Longer strings are hardly ever repeated, and reading them twice would cost more than making them anew. */
const longest = 256;

/**
 * Strings by their UTF-8 bytes, without decoding those seen before. One place per hash: a newcomer takes it over, so the
 * cache neither grows nor needs tending. Only ASCII is remembered, where a byte is a character.
 */
export class ByteStrings {
  readonly #texts: string[] = Array.from({ length: places }, () => "");
  readonly #share: (text: string) => string;

  /** `share` finds the one instance of a string decoded anew. */
  constructor(share: (text: string) => string) {
    this.#share = share;
  }

  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > longest) return this.#share(bytes.toString("utf8", start, end));
    let hash = length;
    for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (places - 1);
    const known = this.#texts[place] ?? "";
    if (isText(known, bytes, start, length)) return known;
    const text = this.#share(bytes.toString("utf8", start, end));
    if (text.length === length) this.#texts[place] = text;
    return text;
  }
}

/** Invalid UTF-8 decodes to U+FFFD, which no byte equals, so it is never taken for a known text. */
function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
