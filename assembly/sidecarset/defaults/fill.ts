import {
  Ascii,
  integer,
  isBlank,
  isInteger,
  isObject,
  isText,
  isUnset,
  member,
  Splice,
} from "@kubewarden/as-sdk/assembly/json";

// Of what is no object, nothing is filled in.

/** Gives a text member its default where it is absent, null or empty. */
export function fillText(edits: Splice, object: usize, name: Ascii, value: Ascii): void {
  if (!isObject(object)) return;
  const present = member(object, name);
  if (isUnset(present) || (isText(present) && isBlank(present))) edits.setMember(object, name).quoted(value);
}

/** Gives a member behind a pointer its default, written as JSON, where it is absent or null. */
export function fillJson(edits: Splice, object: usize, name: Ascii, json: Ascii): void {
  if (isObject(object) && isUnset(member(object, name))) edits.setMember(object, name).ascii(json);
}

/** Gives a number its default where it is absent, null or 0. */
export function fillNumber(edits: Splice, object: usize, name: Ascii, value: i64): void {
  if (!isObject(object)) return;
  const present = member(object, name);
  if (isUnset(present) || (isInteger(present) && integer(present) == 0)) {
    edits.setMember(object, name).integer(value);
  }
}

/** Gives a text in a nested object its default; the object is made where it is absent or null. */
export function fillNestedText(edits: Splice, object: usize, parent: Ascii, name: Ascii, value: Ascii): void {
  const nested = member(object, parent);
  if (isObject(nested)) fillText(edits, nested, name, value);
  else if (isUnset(nested)) {
    const made = edits.setMember(object, parent);
    made.ascii("{");
    made.name(name);
    made.quoted(value);
    made.ascii("}");
  }
}
