import { addPosixClass } from "./classes";
import { Cursor } from "./cursor";
import { escapedCharacter, escapedClass } from "./escapes";
import { Node, NodeKind, addRange } from "./node";

/** A class in brackets; the opening one has been read. */
export function bracketed(cursor: Cursor, fold: bool): Node {
  const node = new Node(NodeKind.Class);
  node.negated = cursor.takes("^");
  let first = true;
  while (cursor.error.length == 0 && (first || !cursor.sees("]"))) {
    if (cursor.isAtEnd) cursor.fail("missing closing ]");
    first = false;
    if (!classInBrackets(cursor, node.ranges)) range(cursor, node.ranges, fold);
  }
  cursor.at++;
  return node;
}

/** Adds a POSIX or escaped class. False, with nothing read, when none comes next. */
function classInBrackets(cursor: Cursor, into: Array<i32>): bool {
  if (cursor.sees("[:")) {
    const end = cursor.text.indexOf(":]", cursor.at + 2);
    if (end < 0) return false;
    const negated = cursor.text.charAt(cursor.at + 2) == "^";
    const name = cursor.text.substring(cursor.at + (negated ? 3 : 2), end);
    if (!addPosixClass(name, into, negated)) cursor.fail("invalid character class: " + name);
    cursor.at = end + 2;
    return true;
  }
  if (!cursor.takes("\\")) return false;
  const ranges: Array<i32> = [];
  if (escapedClass(cursor, ranges)) {
    for (let i = 0; i < ranges.length; i++) into.push(ranges[i]);
    return true;
  }
  cursor.at--;
  return false;
}

function range(cursor: Cursor, into: Array<i32>, fold: bool): void {
  const first = character(cursor);
  let last = first;
  if (cursor.sees("-") && cursor.text.charAt(cursor.at + 1) != "]") {
    cursor.at++;
    last = character(cursor);
  }
  if (last < first) cursor.fail("invalid character class range");
  else addRange(into, first, last, fold);
}

function character(cursor: Cursor): i32 {
  if (cursor.isAtEnd) return cursor.fail("missing closing ]");
  return cursor.takes("\\") ? escapedCharacter(cursor) : cursor.character();
}
