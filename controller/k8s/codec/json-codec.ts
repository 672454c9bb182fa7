import { isJsonObject, type JsonObject } from "../../model/json.ts";
import { ApiError } from "../api-error.ts";
import { type Codec, DecodeError, type Decoder, type Identity, type WatchEvent } from "./codec.ts";

/** Reads the JSON of any resource; `project` makes the record that is kept and throws when it cannot. */
export function jsonDecoder<T>(project: (object: JsonObject) => T): Decoder<T> {
  return {
    framing: "lines",
    page(body) {
      const list = parseObject(body, "list");
      const metadata = objectOf(list, "metadata");
      const items = list["items"] ?? [];
      if (!Array.isArray(items)) throw new DecodeError("list: items: expected an array");
      return {
        items: items.map((item: unknown) => {
          if (!isJsonObject(item)) throw new DecodeError("list: items: expected objects only");
          return project(item);
        }),
        resourceVersion: textOf(metadata, "resourceVersion"),
        continueToken: textOf(metadata, "continue"),
      };
    },
    event: (frame) => eventFrom(parseObject(frame, "watch event"), project),
  };
}

function eventFrom<T>(event: JsonObject, project: (object: JsonObject) => T): WatchEvent<T> {
  const object = objectOf(event, "object");
  switch (textOf(event, "type")) {
    case "ADDED":
      return { kind: "added", object: project(object) };
    case "MODIFIED":
      return { kind: "modified", object: project(object) };
    case "DELETED":
      return { kind: "deleted", object: project(object) };
    case "BOOKMARK": {
      const metadata = objectOf(object, "metadata");
      const annotations = objectOf(metadata, "annotations");
      return {
        kind: "bookmark",
        resourceVersion: textOf(metadata, "resourceVersion"),
        initialEventsEnd: annotations["k8s.io/initial-events-end"] === "true",
      };
    }
    case "ERROR":
      return { kind: "error", error: watchError(object) };
    default:
      throw new DecodeError(
        `watch event: type: expected one of five, got ${JSON.stringify(event["type"] ?? null)}`,
      );
  }
}

function watchError(status: JsonObject): ApiError {
  const code = typeof status["code"] === "number" ? status["code"] : 500;
  const retryAfter = objectOf(status, "details")["retryAfterSeconds"];
  return new ApiError(code, textOf(status, "reason"), `watch: ${textOf(status, "message")}`, {
    retryAfterSeconds: typeof retryAfter === "number" ? retryAfter : undefined,
  });
}

/** Reads the metadata that tells objects apart. Throws `DecodeError` when the object has no name. */
export function identityOf(metadata: JsonObject): Identity {
  const name = textOf(metadata, "name");
  if (name === "") throw new DecodeError("object: metadata.name: expected a name, got none");
  const namespace = textOf(metadata, "namespace");
  return {
    key: namespace === "" ? name : `${namespace}/${name}`,
    uid: textOf(metadata, "uid"),
    resourceVersion: textOf(metadata, "resourceVersion"),
  };
}

/** An API object as its JSON has it. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

/**
 * Keeps objects whole, as JSON under the type `T`, but for metadata.managedFields. That the server's schema makes `T`
 * true below metadata is the caller's claim.
 */
export function objectCodec<T extends ApiObject>(): Codec<T> {
  const project = (object: JsonObject): T => {
    identityOf(objectOf(object, "metadata"));
    const { managedFields: _, ...metadata } = objectOf(object, "metadata");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the claim told above
    return { ...object, metadata } as unknown as T;
  };
  const decoder = jsonDecoder(project);
  return {
    accept: "application/json",
    decoder: () => decoder,
    identify: ({ metadata }) => ({
      key: metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    }),
  };
}

/** The member when it is an object, else an empty one. */
export function objectOf(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return isJsonObject(value) ? value : {};
}

/** The member when it is a string, else "". */
export function textOf(object: JsonObject, member: string): string {
  const value = object[member];
  return typeof value === "string" ? value : "";
}

function parseObject(bytes: Buffer, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new DecodeError(`${what}: expected JSON, got ${bytes.length} bytes that are not`, { cause });
  }
  if (!isJsonObject(value)) throw new DecodeError(`${what}: expected an object`);
  return value;
}
