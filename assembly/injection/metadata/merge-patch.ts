import {
  Elements,
  compareText,
  Writer,
  isArray,
  isNull,
  isObject,
  skip,
  sameText,
} from "@kubewarden/as-sdk/assembly/json";
import { writeGoText } from "../../sidecarset/hash/go-text";
import { sortedMembers } from "../../sidecarset/hash/sorted-members";

/**
 * Writes the JSON merge patch (RFC 7386) of `target` by `patch`, both checked JSON, in the bytes of the original's
 * library: keys sorted wherever it looked into an object, the rest as it was without white space, `<`, `>`, `&`
 * and the two line separators of Unicode as escapes.
 *
 * False, with nothing written, where that library refuses: a null on either side, or a patch that is a scalar.
 * Recursion is bounded by the depth limit of the JSON check.
 */
export function mergePatch(target: usize, patch: usize, out: Writer): bool {
  if (isNull(target) || isNull(patch)) return false;
  if (isObject(patch)) {
    if (isObject(target)) writeMerged(target, patch, out);
    else writePruned(patch, out);
    return true;
  }
  if (!isArray(patch)) return false;
  writePruned(patch, out);
  return true;
}

function writeMerged(target: usize, patch: usize, out: Writer): void {
  const ours = sortedMembers(target);
  const theirs = sortedMembers(patch);
  out.ascii("{");
  let at = 0;
  for (let i = 0; i < ours.length; i++) {
    const key = ours[i].key;
    for (; at < theirs.length && compareText(theirs[at].key, key) < 0; at++) {
      writeAdded(theirs[at].key, theirs[at].value, out);
    }
    if (at == theirs.length || !sameText(theirs[at].key, key)) {
      writeKey(key, out);
      writeCompact(ours[i].value, out);
      continue;
    }
    const value = theirs[at++].value;
    if (isNull(value)) continue;
    writeKey(key, out);
    if (!isObject(ours[i].value)) writePruned(value, out);
    else if (isObject(value)) writeMerged(ours[i].value, value, out);
    else writeCompact(value, out);
  }
  for (; at < theirs.length; at++) writeAdded(theirs[at].key, theirs[at].value, out);
  out.ascii("}");
}

/** A member that only the patch has; null asks to remove what is not there. */
function writeAdded(key: usize, value: usize, out: Writer): void {
  if (isNull(value)) return;
  writeKey(key, out);
  writePruned(value, out);
}

/** A value without the null members of objects, at any depth; nulls in arrays stay. */
function writePruned(value: usize, out: Writer): void {
  if (isObject(value)) {
    const members = sortedMembers(value);
    out.ascii("{");
    for (let i = 0; i < members.length; i++) writeAdded(members[i].key, members[i].value, out);
    out.ascii("}");
  } else if (isArray(value)) {
    out.ascii("[");
    const elements = new Elements(value);
    while (elements.next()) {
      if (elements.index > 0) out.ascii(",");
      writePruned(elements.value, out);
    }
    out.ascii("]");
  } else writeCompact(value, out);
}

function writeKey(key: usize, out: Writer): void {
  out.separate();
  writeGoText(key, out);
  out.ascii(":");
}

/** A value as it is written, without white space, and with the escapes of the original's encoder. */
function writeCompact(value: usize, out: Writer): void {
  const end = skip(value);
  let inString = false;
  for (let at = value; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x22) inString = !inString;
    if (!inString) {
      if (byte > 0x20) out.byte(byte);
    } else if (byte == 0x5c) {
      out.byte(byte);
      out.byte(load<u8>(++at));
    } else if (byte == 0x3c || byte == 0x3e || byte == 0x26) {
      out.ascii(byte == 0x3c ? "\\u003c" : byte == 0x3e ? "\\u003e" : "\\u0026");
    } else if (byte == 0xe2 && load<u8>(at, 1) == 0x80 && (load<u8>(at, 2) & 0xfe) == 0xa8) {
      out.ascii(load<u8>(at, 2) == 0xa8 ? "\\u2028" : "\\u2029");
      at += 2;
    } else out.byte(byte);
  }
}
