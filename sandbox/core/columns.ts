import { type Json, objectAt, objectsAt, textAt } from "../json/value.ts";
import { jsonPath } from "../schema/json-path.ts";
import type { KubeObject } from "../store/object.ts";
import { age } from "./age.ts";
import type { Column } from "./resource-type.ts";

/** A column whose cell is computed from the object. */
export function column(
  name: string,
  cell: (object: KubeObject, now: Date) => Json,
  options: { type?: string; format?: string; priority?: number; description?: string } = {},
): Column {
  const { type = "string", format = "", priority = 0, description = "" } = options;
  return { name, type, format, description, priority, cell };
}

export const nameColumn: Column = column("Name", (object) => object.metadata.name, { format: "name" });
export const ageColumn: Column = column("Age", (object, now) => age(object.metadata.creationTimestamp, now));

/** A column of `additionalPrinterColumns`. */
export function printerColumn(definition: Json): Column {
  const type = textAt(definition, "type") ?? "string";
  const read = jsonPath(textAt(definition, "jsonPath") ?? "");
  const priority = Number(objectAt(definition)["priority"] ?? 0);
  const path = textAt(definition, "jsonPath") ?? "";
  const description =
    textAt(definition, "description") ?? `Custom resource definition column (in JSONPath format): ${path}`;
  const cell = (object: KubeObject, now: Date): Json => {
    const values = read(object);
    if (values.length === 0) return null;
    if (type === "date") return age(typeof values[0] === "string" ? values[0] : undefined, now);
    const shown = values.map((value) => (typeof value === "object" ? JSON.stringify(value) : value));
    return shown.length === 1 ? (shown[0] ?? null) : shown.join(",");
  };
  const format = textAt(definition, "format") ?? "";
  return column(textAt(definition, "name") ?? "", cell, { type, format, priority, description });
}

/** The cells that kubectl shows for built-in kinds other than Pods; Name and Age for any that is not here. */
export const builtinColumns: Readonly<Record<string, readonly Column[]>> = {
  namespaces: [
    nameColumn,
    column("Status", (object) => textAt(object, "status", "phase") ?? "Active"),
    ageColumn,
  ],
  nodes: [
    nameColumn,
    column("Status", (object) => (isNodeReady(object) ? "Ready" : "NotReady")),
    column("Roles", () => "<none>"),
    ageColumn,
    column("Version", (object) => textAt(object, "status", "nodeInfo", "kubeletVersion") ?? ""),
  ],
  configmaps: [
    nameColumn,
    column("Data", (object) => Object.keys(objectAt(object, "data")).length, { type: "integer" }),
    ageColumn,
  ],
  secrets: [
    nameColumn,
    column("Type", (object) => textAt(object, "type") ?? "Opaque"),
    column("Data", (object) => Object.keys(objectAt(object, "data")).length, { type: "integer" }),
    ageColumn,
  ],
  events: [
    column("Last Seen", (object, now) =>
      age(textAt(object, "lastTimestamp") ?? textAt(object, "eventTime"), now),
    ),
    column("Type", (object) => textAt(object, "type") ?? ""),
    column("Reason", (object) => textAt(object, "reason") ?? ""),
    column("Object", (object) => {
      const involved = objectAt(object, "involvedObject");
      return `${(textAt(involved, "kind") ?? "").toLowerCase()}/${textAt(involved, "name") ?? ""}`;
    }),
    column("Message", (object) => (textAt(object, "message") ?? "").trim()),
  ],
  "leases.coordination.k8s.io": [
    nameColumn,
    column("Holder", (object) => textAt(object, "spec", "holderIdentity") ?? ""),
    ageColumn,
  ],
  "controllerrevisions.apps": [
    nameColumn,
    column("Controller", (object) => {
      const owner = objectsAt(object, "metadata", "ownerReferences")[0];
      return owner === undefined
        ? "<none>"
        : `${(textAt(owner, "kind") ?? "").toLowerCase()}/${textAt(owner, "name") ?? ""}`;
    }),
    column("Revision", (object) => Number(object["revision"] ?? 0), { type: "integer" }),
    ageColumn,
  ],
};

function isNodeReady(node: KubeObject): boolean {
  return objectsAt(node, "status", "conditions").some(
    (condition) => condition["type"] === "Ready" && condition["status"] === "True",
  );
}
