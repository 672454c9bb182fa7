import { ageColumn, nameColumn, printerColumn } from "../core/columns.ts";
import type { ResourceType, ServedVersion } from "../core/resource-type.ts";
import { compareVersions } from "../core/resource-registry.ts";
import { type JsonObject, at, isObject, objectAt, objectsAt, textAt, textsAt } from "../json/value.ts";
import { builtinMergeRules } from "../patch/merge-rules.ts";
import type { KubeObject } from "../store/object.ts";
import { type FieldError, invalidValue, required } from "./field-error.ts";
import { schemaMergeRules } from "./merge-rules.ts";
import { type Schema, readSchema } from "./schema.ts";
import { fillDefaults } from "./structural.ts";
import { validateSchema } from "./validate.ts";

/** The resource that a CustomResourceDefinition defines. */
export function customResourceType(definition: KubeObject): ResourceType {
  const spec = objectAt(definition, "spec");
  const names = objectAt(spec, "names");
  const kind = textAt(names, "kind") ?? "";
  const plural = textAt(names, "plural") ?? "";
  const declared = objectsAt(spec, "versions");
  const storage = declared.find((version) => version["storage"] === true);
  const versions = declared
    .filter((version) => version["served"] === true)
    .map((version) => customVersion(version))
    .sort((left, right) => compareVersions(left.name, right.name));
  const storageVersion = textAt(storage, "name") ?? versions[0]?.name ?? "";
  const schema = schemaOf(storage ?? declared[0] ?? {});
  return {
    group: textAt(spec, "group") ?? "",
    plural,
    singular: textAt(names, "singular") ?? kind.toLowerCase(),
    kind,
    listKind: textAt(names, "listKind") ?? `${kind}List`,
    shortNames: textsAt(names, "shortNames"),
    categories: textsAt(names, "categories"),
    namespaced: spec["scope"] !== "Cluster",
    versions,
    storageVersion,
    builtin: false,
    replacedUnseen: false,
    countsGeneration: true,
    mergeRules: schema === undefined ? builtinMergeRules : schemaMergeRules(schema),
    selectableFields: [],
    applyDefaults: (object) => {
      if (schema !== undefined) fillDefaults(object, schema);
    },
    validate: (object) => (schema === undefined ? [] : validateSchema(object, schema)),
  };
}

function customVersion(version: JsonObject): ServedVersion {
  const schema = schemaOf(version);
  const columns = objectsAt(version, "additionalPrinterColumns").map((definition) =>
    printerColumn(definition),
  );
  return {
    name: textAt(version, "name") ?? "",
    status: isObject(at(version, "subresources", "status")),
    columns: [nameColumn, ...(columns.length === 0 ? [ageColumn] : columns)],
    ...(schema === undefined ? {} : { schema }),
  };
}

function schemaOf(version: JsonObject): Schema | undefined {
  const schema = at(version, "schema", "openAPIV3Schema");
  return isObject(schema) ? readSchema(schema) : undefined;
}

/** What is wrong with a definition, as far as the sandbox depends on it. */
export function validateDefinition(definition: KubeObject): FieldError[] {
  const spec = objectAt(definition, "spec");
  const errors: FieldError[] = [];
  const group = textAt(spec, "group");
  const plural = textAt(spec, "names", "plural");
  if (group === undefined) errors.push(required("spec.group"));
  if (plural === undefined) errors.push(required("spec.names.plural"));
  if (textAt(spec, "names", "kind") === undefined) errors.push(required("spec.names.kind"));
  if (spec["scope"] === undefined) errors.push(required("spec.scope"));
  const { name } = definition.metadata;
  if (group !== undefined && plural !== undefined && name !== `${plural}.${group}`) {
    errors.push(invalidValue("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
  }
  const versions = objectsAt(spec, "versions");
  if (versions.filter((version) => version["storage"] === true).length !== 1) {
    errors.push(
      invalidValue(
        "spec.versions",
        versions.length,
        "must have exactly one version marked as storage version",
      ),
    );
  }
  return errors;
}
