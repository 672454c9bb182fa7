import type { ApiError } from "../api-error.ts";

/** What tells one object from another and one version of it from the next. */
export interface Identity {
  /** `namespace/name`, or `name` for cluster-scoped objects. */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Of the collection; the same on all pages of one list. */
  readonly resourceVersion: string;
  /** "" on the last page. */
  readonly continueToken: string;
}

/** One frame of a watch. */
export type WatchEvent<T> =
  | { readonly kind: "added" | "modified" | "deleted"; readonly object: T }
  | { readonly kind: "bookmark"; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly kind: "error"; readonly error: ApiError };

/** Reads one wire format. Both functions throw on bytes that they cannot read. */
export interface Decoder<T> {
  readonly framing: "lines" | "lengths";
  page(body: Buffer): ListPage<T>;
  event(frame: Buffer): WatchEvent<T>;
}

/** How objects of one resource are asked for, read and told apart. */
export interface Codec<T> {
  /** The header Accept, best format first. */
  readonly accept: string;
  /** `contentType` is the answer's header. Throws on a format that was not asked for. */
  decoder(contentType: string): Decoder<T>;
  identify(object: T): Identity;
}

/** Bytes that are not what their content type says, or an object without what every object has. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}
