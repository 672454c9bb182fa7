import type { Column, ServedVersion } from "../core/resource-type.ts";
import type { Json, JsonObject } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import { StatusError } from "./status-error.ts";

/** In which form a client wants objects. */
export type Form = "object" | "metadata" | "table";

/** What `includeObject` of a table request asks for in every row. */
export type RowObject = "None" | "Metadata" | "Object";

/** The first form of an Accept header that the sandbox speaks. 406 when it speaks none of them. */
export function acceptedForm(accept: string | undefined): Form {
  if (accept === undefined || accept.trim() === "") return "object";
  for (const range of accept.split(",")) {
    const [media = "", ...parameters] = range.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*"].includes(media)) continue;
    const as = parameters.find((parameter) => parameter.startsWith("as="))?.slice(3);
    const isV1 = !parameters.some((parameter) => parameter.startsWith("v=") && parameter !== "v=v1");
    if (as === undefined) return "object";
    if (as === "Table" && isV1) return "table";
    if ((as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") && isV1) return "metadata";
  }
  const message = "only the following media types are accepted: application/json";
  throw new StatusError(406, "NotAcceptable", message);
}

/** An object without spec, status and data. */
export function partialMetadata(object: KubeObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** Objects as a `Table`. `listMetadata` carries the list's resourceVersion and continue token. */
export function table(
  served: ServedVersion,
  objects: readonly KubeObject[],
  listMetadata: JsonObject,
  include: RowObject,
  withHeaders = true,
): JsonObject {
  const now = new Date();
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: listMetadata,
    columnDefinitions: withHeaders ? served.columns.map((column) => header(column)) : [],
    rows: objects.map((object) => ({
      cells: served.columns.map((column) => column.cell(object, now)),
      ...rowObject(object, include),
    })),
  };
}

function header(column: Column): JsonObject {
  const { name, type, format, description, priority } = column;
  return { name, type, format, description, priority };
}

function rowObject(object: KubeObject, include: RowObject): { [key: string]: Json } {
  if (include === "None") return {};
  return { object: include === "Object" ? object : partialMetadata(object) };
}
