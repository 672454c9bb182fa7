export { Ascii, asciiAt, asciiEquals, asciiLength } from "./ascii";
export { SLACK } from "./bytes";
export { DEPTH_LIMIT, check } from "./check";
export { noteEndsWithin } from "./ends";
export {
  Elements,
  Members,
  count,
  element,
  firstElement,
  firstKey,
  member,
  memberValue,
  nextItem,
} from "./members";
export { integer, isInteger } from "./number";
export {
  Kind,
  isArray,
  isEmpty,
  isFalse,
  isNull,
  isObject,
  isText,
  isTrue,
  isUnset,
  kind,
  skip,
  skipSpace,
} from "./scan";
export { Splice } from "./splice";
export {
  character,
  compareText,
  decode,
  isBlank,
  sameText,
  textEquals,
  textIs,
  textStartsWith,
} from "./text";
export { Writer } from "./writer";
