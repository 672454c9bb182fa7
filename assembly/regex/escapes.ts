import { lowered } from "../document/letter-case";
import { addCategory, addPerlClass } from "./classes";
import { Cursor } from "./cursor";

/** `\d` and its like, `\pL`, `\p{Lu}`. False, with nothing read, when the escape is no class. */
export function escapedClass(cursor: Cursor, into: Array<i32>): bool {
  const letter = cursor.text.charAt(cursor.at);
  if (addPerlClass(letter, into)) {
    cursor.at++;
    return true;
  }
  if (letter != "p" && letter != "P") return false;
  cursor.at++;
  let name = cursor.text.charAt(cursor.at++);
  if (name == "{") {
    const end = cursor.text.indexOf("}", cursor.at);
    name = end < 0 ? "" : cursor.text.substring(cursor.at, end);
    cursor.at = end < 0 ? cursor.text.length : end + 1;
  }
  let negated = letter == "P";
  if (name.startsWith("^")) {
    negated = !negated;
    name = name.substring(1);
  }
  if (!addCategory(name, into, negated)) cursor.fail("unknown or unsupported character class: " + name);
  return true;
}

/** The character that an escape stands for; the backslash has been read. */
export function escapedCharacter(cursor: Cursor): i32 {
  if (cursor.isAtEnd) return cursor.fail("trailing backslash");
  const code = cursor.character();
  if (code >= 0x30 && code <= 0x37) return octal(cursor, code);
  if (code == 0x78) return hexadecimal(cursor);
  const control = "abtnvfr".indexOf(String.fromCodePoint(code));
  // BEL is 7 and the others follow in order; \b is no character here, and \a comes first.
  if (control >= 0 && control != 1) return 7 + control;
  const alphanumeric = code >= 0x80 || isAlphanumeric(code);
  return alphanumeric ? cursor.fail("invalid escape sequence: \\" + String.fromCodePoint(code)) : code;
}

/** Up to three octal digits; a single one but 0 would be a reference to a group, which RE2 has not. */
function octal(cursor: Cursor, first: i32): i32 {
  let code = first - 0x30;
  let digits = 1;
  while (digits < 3 && isOctal(cursor.text, cursor.at)) {
    code = code * 8 + cursor.text.charCodeAt(cursor.at++) - 0x30;
    digits++;
  }
  return digits == 1 && code != 0 ? cursor.fail("invalid escape sequence: references to groups") : code;
}

function hexadecimal(cursor: Cursor): i32 {
  const braced = cursor.takes("{");
  const end = braced ? cursor.text.indexOf("}", cursor.at) : cursor.at + 2;
  const digits = end < 0 ? "" : cursor.text.substring(cursor.at, end);
  cursor.at = end + (braced ? 1 : 0);
  let code = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = "0123456789abcdef".indexOf(lowered(digits.charAt(i)));
    if (digit < 0 || code > 0x10ffff) return cursor.fail("invalid escape sequence: \\x" + digits);
    code = code * 16 + digit;
  }
  const sound = digits.length >= (braced ? 1 : 2) && code <= 0x10ffff;
  return sound ? code : cursor.fail("invalid escape sequence: \\x" + digits);
}

function isAlphanumeric(code: i32): bool {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}

function isOctal(text: string, at: i32): bool {
  return at < text.length && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x37;
}
