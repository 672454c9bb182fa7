import { type JsonObject, objectAt, textAt, textsAt } from "../json/value.ts";
import { StatusError, badRequest } from "./status-error.ts";

/*
 * `kubectl create namespace`, `configmap`, `secret` and `serviceaccount` send protobuf and do not fall back to
 * JSON. These four kinds are read, and no others; answers are always JSON.
 */

type FieldType = "text" | "base64" | "boolean" | "texts" | "texts-by-key" | "base64-by-key" | MessageShape;
type MessageShape = { readonly [field: number]: readonly [name: string, type: FieldType] };

const metadata: MessageShape = {
  1: ["name", "text"],
  2: ["generateName", "text"],
  3: ["namespace", "text"],
  11: ["labels", "texts-by-key"],
  12: ["annotations", "texts-by-key"],
  14: ["finalizers", "texts"],
};

const shapes: Readonly<Record<string, MessageShape>> = {
  Namespace: { 1: ["metadata", metadata] },
  ConfigMap: {
    1: ["metadata", metadata],
    2: ["data", "texts-by-key"],
    3: ["binaryData", "base64-by-key"],
    4: ["immutable", "boolean"],
  },
  Secret: {
    1: ["metadata", metadata],
    2: ["data", "base64-by-key"],
    3: ["type", "text"],
    4: ["stringData", "texts-by-key"],
    5: ["immutable", "boolean"],
  },
  ServiceAccount: { 1: ["metadata", metadata], 4: ["automountServiceAccountToken", "boolean"] },
};

const envelope: MessageShape = {
  1: ["typeMeta", { 1: ["apiVersion", "text"], 2: ["kind", "text"] }],
  2: ["raw", "base64"],
};
const magic = Buffer.from("k8s\0");

/** A body in Kubernetes' protobuf envelope as JSON. 415 for kinds that are not read, 400 for broken bytes. */
export function readProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(magic))
    throw badRequest("the body does not begin with the protobuf envelope");
  const unknown = readMessage(body.subarray(4), envelope);
  const apiVersion = textAt(unknown, "typeMeta", "apiVersion") ?? "";
  const kind = textAt(unknown, "typeMeta", "kind") ?? "";
  const shape = apiVersion === "v1" ? shapes[kind] : undefined;
  if (shape === undefined) {
    const message = `the sandbox does not read protobuf of ${apiVersion} ${kind}: send JSON`;
    throw new StatusError(415, "UnsupportedMediaType", message, {});
  }
  return { apiVersion, kind, ...readMessage(Buffer.from(textAt(unknown, "raw") ?? "", "base64"), shape) };
}

function readMessage(bytes: Buffer, shape: MessageShape): JsonObject {
  const message: JsonObject = {};
  for (const { field, varint, content } of fieldsOf(bytes)) {
    const [name, type] = shape[field] ?? [];
    if (name !== undefined && type !== undefined) assign(message, name, type, varint, content);
  }
  return message;
}

function assign(message: JsonObject, name: string, type: FieldType, varint: number, content: Buffer): void {
  if (type === "boolean") message[name] = varint !== 0;
  else if (type === "base64") message[name] = content.toString("base64");
  else if (type === "text") {
    // The encoder writes absent strings as empty ones.
    if (content.length > 0) message[name] = content.toString();
  } else if (type === "texts") message[name] = [...textsAt(message, name), content.toString()];
  else if (typeof type === "object") message[name] = readMessage(content, type);
  else {
    const valueType = type === "texts-by-key" ? "text" : "base64";
    const entry = readMessage(content, { 1: ["key", "text"], 2: ["value", valueType] });
    message[name] = { ...objectAt(message, name), [textAt(entry, "key") ?? ""]: entry["value"] ?? "" };
  }
}

interface WireField {
  readonly field: number;
  readonly varint: number;
  readonly content: Buffer;
}

function fieldsOf(bytes: Buffer): WireField[] {
  const fields: WireField[] = [];
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[offset++];
      if (byte === undefined || shift > 63) throw badRequest("the protobuf body is cut off");
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (offset < bytes.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) fields.push({ field: tag >>> 3, varint: varint(), content: Buffer.alloc(0) });
    else if (wireType === 2) {
      const length = varint();
      const content = bytes.subarray(offset, offset + length);
      if (content.length < length) throw badRequest("the protobuf body is cut off");
      fields.push({ field: tag >>> 3, varint: 0, content });
      offset += length;
    } else throw badRequest(`protobuf wire type ${wireType} is not expected`);
  }
  return fields;
}
