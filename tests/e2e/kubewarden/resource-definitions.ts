const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const seconds = { type: "integer", minimum: 2, maximum: 30 };
const selector = { ...anything, nullable: true };

/**
 * Kubewarden's two resources that the project writes, as CustomResourceDefinitions: the fields that Kubewarden requires,
 * defaults and restricts, everything else let through. Its own definitions are longer and say the same of these fields.
 */
export const kubewardenDefinitions: readonly Record<string, unknown>[] = [
  definition("ClusterAdmissionPolicy", "clusteradmissionpolicies", {
    type: "object",
    required: ["module", "mutating", "rules"],
    properties: {
      module: { type: "string" },
      mutating: { type: "boolean" },
      policyServer: { type: "string", default: "default" },
      mode: { type: "string", enum: ["protect", "monitor"], default: "protect" },
      settings: { ...anything, nullable: true },
      failurePolicy: { type: "string", enum: ["Fail", "Ignore"] },
      backgroundAudit: { type: "boolean", default: true },
      matchPolicy: { type: "string", enum: ["Exact", "Equivalent"] },
      sideEffects: { type: "string" },
      timeoutSeconds: { ...seconds, default: 10 },
      timeoutEvalSeconds: seconds,
      message: { type: "string" },
      allowInsideAdmissionControllerNamespace: { type: "boolean" },
      objectSelector: selector,
      namespaceSelector: selector,
      matchConditions: {
        type: "array",
        items: {
          type: "object",
          required: ["name", "expression"],
          properties: { name: { type: "string" }, expression: { type: "string" } },
        },
      },
      contextAwareResources: {
        type: "array",
        items: {
          type: "object",
          required: ["apiVersion", "kind"],
          properties: { apiVersion: { type: "string" }, kind: { type: "string" } },
        },
      },
      rules: { type: "array", minItems: 1, items: anything },
    },
  }),
  definition("PolicyServer", "policyservers", {
    type: "object",
    required: ["image", "replicas"],
    properties: { image: { type: "string" }, replicas: { type: "integer" } },
    "x-kubernetes-preserve-unknown-fields": true,
  }),
];

function definition(kind: string, plural: string, spec: unknown): Record<string, unknown> {
  const group = "policies.kubewarden.io";
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Cluster",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", properties: { spec, status: anything } } },
        },
      ],
    },
  };
}
