import { customResourceType } from "../schema/custom-resource.ts";
import type { ResourceType } from "../core/resource-type.ts";
import type { JsonObject } from "../json/value.ts";
import { kubeObject } from "../store/object.ts";

const anything: JsonObject = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function definition(
  kind: string,
  plural: string,
  shortName: string,
  spec: JsonObject,
  columns: readonly [name: string, type: string, jsonPath: string][],
): JsonObject {
  const group = "policies.kubewarden.io";
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Cluster",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: [shortName] },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns.map(([name, type, jsonPath]) => ({ name, type, jsonPath })),
          schema: { openAPIV3Schema: { type: "object", properties: { spec, status: anything } } },
        },
      ],
    },
  };
}

/** Kubewarden's ClusterAdmissionPolicy, reduced to the fields that the sandbox reads; others are kept unchecked. */
export const policyDefinition = definition(
  "ClusterAdmissionPolicy",
  "clusteradmissionpolicies",
  "cap",
  {
    ...anything,
    required: ["module", "mutating", "rules"],
    properties: {
      module: { type: "string" },
      mutating: { type: "boolean" },
      policyServer: { type: "string", default: "default" },
      mode: { type: "string", enum: ["protect", "monitor"], default: "protect" },
      backgroundAudit: { type: "boolean", default: true },
      settings: { ...anything, nullable: true },
      rules: { type: "array", minItems: 1, items: anything },
    },
  },
  [
    ["Policy Server", "string", ".spec.policyServer"],
    ["Mutating", "boolean", ".spec.mutating"],
    ["BackgroundAudit", "boolean", ".spec.backgroundAudit"],
    ["Mode", "string", ".spec.mode"],
    ["Observed mode", "string", ".status.mode"],
    ["Status", "string", ".status.policyStatus"],
    ["Age", "date", ".metadata.creationTimestamp"],
  ],
);

/** Kubewarden's PolicyServer, reduced in the same way. */
export const policyServerDefinition = definition(
  "PolicyServer",
  "policyservers",
  "ps",
  {
    ...anything,
    required: ["image", "replicas"],
    properties: { image: { type: "string" }, replicas: { type: "integer", format: "int32" } },
  },
  [
    ["Replicas", "string", ".spec.replicas"],
    ["Image", "string", ".spec.image"],
    ["Age", "date", ".metadata.creationTimestamp"],
  ],
);

/** The resources of the definitions above. */
export const policyType: ResourceType = customResourceType(kubeObject(policyDefinition));
export const policyServerType: ResourceType = customResourceType(kubeObject(policyServerDefinition));
