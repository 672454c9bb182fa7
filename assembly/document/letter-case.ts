/** The text with A-Z in lower case; other letters stay. The language's own version brings Unicode tables along. */
export function lowered(text: string): string {
  const units = new StaticArray<u16>(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    units[i] = <u16>(code >= 0x41 && code <= 0x5a ? code | 0x20 : code);
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(units), (<usize>text.length) << 1);
}
