import { ApiError } from "../api-error.ts";
import { ByteStrings } from "./byte-strings.ts";
import { DecodeError, type Decoder, type ListPage, type WatchEvent } from "./codec.ts";
import { ProtoReader } from "./proto-reader.ts";

/** Four bytes before every object that Kubernetes writes in protobuf; a runtime.Unknown message follows. */
const magic = Buffer.from("k8s\0");

/** Reads lists and watches in protobuf; `project` reads one object, starting at its first field. */
export function protobufDecoder<T>(strings: ByteStrings, project: (reader: ProtoReader) => T): Decoder<T> {
  return {
    framing: "lengths",
    page: (body) => pageFrom(new ProtoReader(contentOf(body, strings), strings), project),
    event: (frame) => eventFrom(frame, strings, project),
  };
}

/** The message inside magic and runtime.Unknown. */
function contentOf(bytes: Buffer, strings: ByteStrings): Buffer {
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    throw new DecodeError(`protobuf: expected k8s\\0, got ${bytes.subarray(0, 8).toString("hex")}`);
  }
  const reader = new ProtoReader(bytes, strings, magic.length);
  let content: Buffer | undefined;
  while (reader.next()) {
    if (reader.field === 2) content = reader.bytes();
    else reader.skip();
  }
  return content ?? bytes.subarray(0, 0);
}

function pageFrom<T>(reader: ProtoReader, project: (reader: ProtoReader) => T): ListPage<T> {
  const items: T[] = [];
  const metadata = { resourceVersion: "", continueToken: "" };
  const readItem = (item: ProtoReader): number => items.push(project(item));
  while (reader.next()) {
    if (reader.field === 1) reader.message(readListMetadata, metadata);
    else if (reader.field === 2) reader.message(readItem, undefined);
    else reader.skip();
  }
  return { items, ...metadata };
}

function readListMetadata(
  reader: ProtoReader,
  metadata: { resourceVersion: string; continueToken: string },
): void {
  while (reader.next()) {
    if (reader.field === 2) metadata.resourceVersion = reader.ownText();
    else if (reader.field === 3) metadata.continueToken = reader.ownText();
    else reader.skip();
  }
}

function eventFrom<T>(
  frame: Buffer,
  strings: ByteStrings,
  project: (reader: ProtoReader) => T,
): WatchEvent<T> {
  const reader = new ProtoReader(frame, strings);
  const event = { type: "", raw: frame.subarray(0, 0) };
  while (reader.next()) {
    if (reader.field === 1) event.type = reader.text();
    else if (reader.field === 2) reader.message(readRawExtension, event);
    else reader.skip();
  }
  const content = new ProtoReader(contentOf(event.raw, strings), strings);
  switch (event.type) {
    case "ADDED":
      return { kind: "added", object: project(content) };
    case "MODIFIED":
      return { kind: "modified", object: project(content) };
    case "DELETED":
      return { kind: "deleted", object: project(content) };
    case "BOOKMARK":
      return { kind: "bookmark", ...bookmarkFrom(content) };
    case "ERROR":
      return { kind: "error", error: errorFrom(content) };
    default:
      throw new DecodeError(`watch event: type: expected one of five, got ${JSON.stringify(event.type)}`);
  }
}

function readRawExtension(reader: ProtoReader, event: { raw: Buffer }): void {
  while (reader.next()) {
    if (reader.field === 1) event.raw = reader.bytes();
    else reader.skip();
  }
}

/** Of an object that has nothing but a version and, at the end of a streamed list, an annotation. */
function bookmarkFrom(reader: ProtoReader) {
  const bookmark = { resourceVersion: "", initialEventsEnd: false };
  while (reader.next()) {
    if (reader.field === 1) reader.message(readBookmarkMetadata, bookmark);
    else reader.skip();
  }
  return bookmark;
}

function readBookmarkMetadata(
  reader: ProtoReader,
  bookmark: { resourceVersion: string; initialEventsEnd: boolean },
): void {
  while (reader.next()) {
    if (reader.field === 6) bookmark.resourceVersion = reader.ownText();
    else if (reader.field === 12) reader.message(readBookmarkAnnotation, bookmark);
    else reader.skip();
  }
}

function readBookmarkAnnotation(reader: ProtoReader, bookmark: { initialEventsEnd: boolean }): void {
  let key = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
    else reader.skip();
  }
  if (key === "k8s.io/initial-events-end" && value === "true") bookmark.initialEventsEnd = true;
}

function errorFrom(reader: ProtoReader): ApiError {
  const { code, reason, message, details } = statusFrom(reader);
  return new ApiError(code, reason, `watch: ${message}`, details);
}

/** Of a Status's details; undefined when the server asks for no pause. */
interface StatusDetails {
  retryAfterSeconds: number | undefined;
}

/** The members of a metav1.Status that errors are made of, as JSON names them. */
export interface StatusFields {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: StatusDetails;
}

/** The Status in a refusal's body: a server that was asked for protobuf refuses in protobuf. */
export function protobufStatus(body: Buffer): StatusFields {
  const strings = new ByteStrings((text) => text);
  return statusFrom(new ProtoReader(contentOf(body, strings), strings));
}

function statusFrom(reader: ProtoReader): StatusFields {
  const details: StatusDetails = { retryAfterSeconds: undefined };
  const status = { code: 500, reason: "", message: "", details };
  while (reader.next()) {
    if (reader.field === 3) status.message = reader.text();
    else if (reader.field === 4) status.reason = reader.text();
    else if (reader.field === 5) reader.message(readStatusDetails, details);
    else if (reader.field === 6) status.code = reader.integer();
    else reader.skip();
  }
  return status;
}

function readStatusDetails(reader: ProtoReader, details: StatusDetails): void {
  while (reader.next()) {
    if (reader.field === 5) details.retryAfterSeconds = reader.integer() || undefined;
    else reader.skip();
  }
}
