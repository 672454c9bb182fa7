import { customResourceType } from "../schema/custom-resource.ts";
import type { ResourceType } from "../core/resource-type.ts";
import type { KubeObject } from "../store/object.ts";

const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/**
 * Kubewarden's ClusterAdmissionPolicy, reduced to the fields that the sandbox reads; others are kept unchecked.
 */
export const policyDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "clusteradmissionpolicies.policies.kubewarden.io" },
  spec: {
    group: "policies.kubewarden.io",
    scope: "Cluster",
    names: {
      kind: "ClusterAdmissionPolicy",
      listKind: "ClusterAdmissionPolicyList",
      plural: "clusteradmissionpolicies",
      singular: "clusteradmissionpolicy",
      shortNames: ["cap"],
    },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: "Policy Server", type: "string", jsonPath: ".spec.policyServer" },
          { name: "Mutating", type: "boolean", jsonPath: ".spec.mutating" },
          { name: "BackgroundAudit", type: "boolean", jsonPath: ".spec.backgroundAudit" },
          { name: "Mode", type: "string", jsonPath: ".spec.mode" },
          { name: "Observed mode", type: "string", jsonPath: ".status.mode" },
          { name: "Status", type: "string", jsonPath: ".status.policyStatus" },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                "x-kubernetes-preserve-unknown-fields": true,
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
              status: anything,
            },
          },
        },
      },
    ],
  },
};

/** The resource of the definition above. */
export const policyType: ResourceType = customResourceType(policyDefinition as unknown as KubeObject);
