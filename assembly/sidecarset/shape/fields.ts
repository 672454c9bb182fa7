import { Ascii } from "@kubewarden/as-sdk/assembly/json";
/** When a member of a typed object counts as given, and so when it is written. */
export enum Presence {
  /** Always written, with its zero value where the input has none. */
  Always,
  /** Left out when it has its zero value: empty text, 0, false, no elements. */
  NotZero,
  /** Behind a pointer: left out when absent or null, and written when it is `0`, `false` or `""`. */
  NotNull,
}

/**
 * A visitor of one typed object's fields. The shapes in this folder call it for each field in the order in which the
 * original's types declare them; what a visit does (write canonical JSON, check types) is the visitor's business.
 */
export abstract class Fields {
  abstract text(name: Ascii, presence: Presence): void;
  /** A text behind a pointer that is written as `null` when absent. */
  abstract nullableText(name: Ascii): void;
  abstract integer(name: Ascii, presence: Presence): void;
  abstract boolean(name: Ascii, presence: Presence): void;
  /** A whole number or a text, such as the port of a probe. */
  abstract integerOrText(name: Ascii, presence: Presence): void;
  /** A list of texts; left out when empty. */
  abstract texts(name: Ascii): void;
  /** A map of texts to texts; left out when empty. */
  abstract textMap(name: Ascii): void;
  abstract quantity(name: Ascii): void;
  /** A map of resource names to quantities; left out when empty. */
  abstract quantities(name: Ascii): void;
  abstract object(name: Ascii, shape: Shape, presence: Presence): void;
  /** A list of objects; left out when empty. */
  abstract objects(name: Ascii, shape: Shape): void;
  /** A container's image: a text of its own kind, because one of the hashes leaves it out. */
  abstract image(name: Ascii): void;
}

/** The fields of one type, in order. */
export type Shape = (fields: Fields) => void;
