// The bytes that mean something in JSON, by name.

export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const COLON: u8 = 0x3a;
export const BACKSLASH: u8 = 0x5c;
export const OPEN_ARRAY: u8 = 0x5b;
export const CLOSE_ARRAY: u8 = 0x5d;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;

/** Bytes that must be zero behind a buffer that is checked or scanned: reads go 16 bytes at a time. */
export const SLACK: usize = 16;

export function isDigit(byte: u8): bool {
  return <u8>(byte - 0x30) < 10;
}

/** Value of a hexadecimal digit, -1 for any other byte. */
export function hexDigit(byte: u8): i32 {
  if (isDigit(byte)) return byte - 0x30;
  const letter = <u8>((byte | 0x20) - 0x61);
  return letter < 6 ? letter + 10 : -1;
}
