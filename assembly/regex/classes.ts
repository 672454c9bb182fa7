import { Ascii } from "@kubewarden/as-sdk/assembly/json";
import { hexDigit } from "@kubewarden/as-sdk/assembly/json/bytes";
import { lowered } from "../document/letter-case";
import { addComplement, addRange } from "./node";

// Each class with its ranges: two digits, in base 16, for the first character of a range and two for its last one.
const PERL: Ascii = " d:3039 s:090a0c0d2020 w:3039415a5f5f617a";
const POSIX: Ascii =
  " alnum:3039415a617a alpha:415a617a ascii:007f blank:09092020 cntrl:001f7f7f digit:3039 graph:217e lower:617a print:207e punct:212f3a405b607b7e space:090d2020 upper:415a word:3039415a5f5f617a xdigit:303941466166";
const CATEGORIES: Ascii = " L:415a617a Lu:415a Latin:415a617a Ll:617a N:3039 Nd:3039";

/**
 * Appends the ranges of a Perl class (`d`, `s`, `w`; upper case for what they leave out). False for another letter.
 */
export function addPerlClass(letter: string, into: Array<i32>): bool {
  const lower = lowered(letter);
  return addClass(rangesOf(lower, PERL), into, letter != lower);
}

/** Appends the ranges of a POSIX class such as `alpha`. False for a name that is none. */
export function addPosixClass(name: string, into: Array<i32>, negated: bool): bool {
  return addClass(rangesOf(name, POSIX), into, negated);
}

/**
 * Appends the ASCII part of a Unicode category: names of containers have no other characters. False for categories
 * and scripts that are not known here.
 */
export function addCategory(name: string, into: Array<i32>, negated: bool): bool {
  return addClass(name == "Any" ? [0, 0x10ffff] : rangesOf(name, CATEGORIES), into, negated);
}

function rangesOf(name: string, classes: Ascii): Array<i32> {
  const ranges: Array<i32> = [];
  const text = classes.toString();
  const found = name.includes(" ") || name.includes(":") ? -1 : text.indexOf(` ${name}:`);
  if (found < 0) return ranges;
  for (let at = found + name.length + 2; at < text.length && text.charAt(at) != " "; at += 4) {
    addRange(ranges, byteAt(text, at), byteAt(text, at + 2), false);
  }
  return ranges;
}

function byteAt(text: string, at: i32): i32 {
  return (hexDigit(<u8>text.charCodeAt(at)) << 4) | hexDigit(<u8>text.charCodeAt(at + 1));
}

function addClass(ranges: Array<i32>, into: Array<i32>, negated: bool): bool {
  if (ranges.length == 0) return false;
  if (negated) addComplement(into, ranges);
  else for (let i = 0; i < ranges.length; i++) into.push(ranges[i]);
  return true;
}
