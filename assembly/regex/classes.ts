import { lowered } from "../document/letter-case";
import { addComplement, addRange } from "./node";

/**
 * Appends the ranges of a Perl class (`d`, `s`, `w`; upper case for what they leave out). False for another letter.
 */
export function addPerlClass(letter: string, into: Array<i32>): bool {
  const lower = lowered(letter);
  const ranges: Array<i32> = [];
  if (lower == "d") addRange(ranges, 0x30, 0x39, false);
  else if (lower == "w") addWord(ranges);
  else if (lower == "s") {
    addRange(ranges, 0x09, 0x0a, false);
    addRange(ranges, 0x0c, 0x0d, false);
    addRange(ranges, 0x20, 0x20, false);
  } else return false;
  if (letter == lower) for (let i = 0; i < ranges.length; i++) into.push(ranges[i]);
  else addComplement(into, ranges);
  return true;
}

function addWord(ranges: Array<i32>): void {
  addRange(ranges, 0x30, 0x39, false);
  addRange(ranges, 0x41, 0x5a, false);
  addRange(ranges, 0x5f, 0x5f, false);
  addRange(ranges, 0x61, 0x7a, false);
}

/** Appends the ranges of a POSIX class such as `alpha`. False for a name that is none. */
export function addPosixClass(name: string, into: Array<i32>, negated: bool): bool {
  const ranges: Array<i32> = [];
  if (name == "alnum" || name == "alpha" || name == "upper" || name == "xdigit" || name == "word") {
    addRange(ranges, 0x41, name == "xdigit" ? 0x46 : 0x5a, false);
  }
  if (name == "alnum" || name == "alpha" || name == "lower" || name == "xdigit" || name == "word") {
    addRange(ranges, 0x61, name == "xdigit" ? 0x66 : 0x7a, false);
  }
  if (name == "alnum" || name == "digit" || name == "xdigit" || name == "word")
    addRange(ranges, 0x30, 0x39, false);
  if (name == "word") addRange(ranges, 0x5f, 0x5f, false);
  else if (name == "ascii") addRange(ranges, 0, 0x7f, false);
  else if (name == "blank" || name == "space") addRange(ranges, 0x20, 0x20, false);
  else if (name == "cntrl") {
    addRange(ranges, 0, 0x1f, false);
    addRange(ranges, 0x7f, 0x7f, false);
  } else if (name == "graph") addRange(ranges, 0x21, 0x7e, false);
  else if (name == "print") addRange(ranges, 0x20, 0x7e, false);
  else if (name == "punct") addPunctuation(ranges);
  if (name == "blank") addRange(ranges, 0x09, 0x09, false);
  if (name == "space") addRange(ranges, 0x09, 0x0d, false);
  if (ranges.length == 0) return false;
  if (negated) addComplement(into, ranges);
  else for (let i = 0; i < ranges.length; i++) into.push(ranges[i]);
  return true;
}

function addPunctuation(ranges: Array<i32>): void {
  addRange(ranges, 0x21, 0x2f, false);
  addRange(ranges, 0x3a, 0x40, false);
  addRange(ranges, 0x5b, 0x60, false);
  addRange(ranges, 0x7b, 0x7e, false);
}

/**
 * Appends the ASCII part of a Unicode category: names of containers have no other characters. False for categories
 * and scripts that are not known here.
 */
export function addCategory(name: string, into: Array<i32>, negated: bool): bool {
  const ranges: Array<i32> = [];
  if (name == "L" || name == "Lu" || name == "Latin") addRange(ranges, 0x41, 0x5a, false);
  if (name == "L" || name == "Ll" || name == "Latin") addRange(ranges, 0x61, 0x7a, false);
  if (name == "N" || name == "Nd") addRange(ranges, 0x30, 0x39, false);
  if (name == "Any") addRange(ranges, 0, 0x10ffff, false);
  if (ranges.length == 0) return false;
  if (negated) addComplement(into, ranges);
  else for (let i = 0; i < ranges.length; i++) into.push(ranges[i]);
  return true;
}
