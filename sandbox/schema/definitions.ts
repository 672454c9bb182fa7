import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ResourceType, storeKey } from "../core/resource-type.ts";
import { column, nameColumn } from "../core/columns.ts";
import { ensureObject } from "../json/value.ts";
import { builtinMergeRules } from "../patch/merge-rules.ts";
import { type KubeObject, timestamp } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { customResourceType, validateDefinition } from "./custom-resource.ts";

/** CustomResourceDefinitions themselves. */
export const definitionType: ResourceType = {
  group: "apiextensions.k8s.io",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  kind: "CustomResourceDefinition",
  listKind: "CustomResourceDefinitionList",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  versions: [
    {
      name: "v1",
      status: true,
      columns: [nameColumn, column("Created At", (object) => object.metadata.creationTimestamp)],
    },
  ],
  storageVersion: "v1",
  builtin: true,
  replacedUnseen: false,
  countsGeneration: true,
  mergeRules: builtinMergeRules,
  selectableFields: [],
  applyDefaults: defaultDefinition,
  validate: validateDefinition,
};

function defaultDefinition(definition: KubeObject): void {
  const spec = ensureObject(definition, "spec");
  const names = ensureObject(spec, "names");
  spec["conversion"] ??= { strategy: "None" };
  if (typeof names["kind"] === "string") {
    names["listKind"] ??= `${names["kind"]}List`;
    names["singular"] ??= names["kind"].toLowerCase();
  }
  const status = ensureObject(definition, "status");
  const lastTransitionTime = definition.metadata.creationTimestamp ?? timestamp();
  status["acceptedNames"] = names;
  status["conditions"] ??= [
    {
      type: "NamesAccepted",
      status: "True",
      reason: "NoConflicts",
      message: "no conflicts found",
      lastTransitionTime,
    },
    {
      type: "Established",
      status: "True",
      reason: "InitialNamesAccepted",
      message: "established",
      lastTransitionTime,
    },
  ];
}

/** Serves what the stored definitions define; a definition that goes away takes its objects with it. */
export function followDefinitions(store: Store, registry: ResourceRegistry): () => void {
  return store.listen(storeKey(definitionType), (event) => {
    const type = customResourceType(event.object);
    if (event.type !== "DELETED") {
      registry.add(type);
      return;
    }
    for (const object of store.list(storeKey(type))) store.remove(storeKey(type), object);
    registry.remove(type);
  });
}
