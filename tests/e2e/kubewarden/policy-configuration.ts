/** The parts of a ClusterAdmissionPolicy that its server and its webhook are made of. */
export interface ClusterAdmissionPolicy {
  readonly metadata: {
    readonly name: string;
    readonly generation: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly module: string;
    readonly mutating: boolean;
    readonly policyServer: string;
    readonly mode: "protect" | "monitor";
    readonly settings?: unknown;
    readonly rules: readonly unknown[];
    readonly message?: string;
    readonly failurePolicy?: string;
    readonly matchPolicy?: string;
    readonly matchConditions?: readonly unknown[];
    readonly objectSelector?: unknown;
    readonly namespaceSelector?: { readonly matchExpressions?: readonly unknown[] };
    readonly sideEffects?: string;
    readonly timeoutSeconds?: number;
    readonly timeoutEvalSeconds?: number;
    readonly contextAwareResources?: readonly ContextAwareResource[];
    readonly allowInsideAdmissionControllerNamespace?: boolean;
  };
  readonly status?: Record<string, unknown>;
}

/** A kind that a policy may read through its host. */
export interface ContextAwareResource {
  readonly apiVersion: string;
  readonly kind: string;
}

/** One entry of `policies.yml`, the file that policy-server starts with. */
export interface PolicyEntry {
  readonly namespacedName: { readonly Namespace: string; readonly Name: string };
  readonly module: string;
  readonly policyMode: "protect" | "monitor";
  readonly allowedToMutate: boolean;
  readonly settings: unknown;
  readonly message?: string;
  readonly contextAwareResources?: readonly ContextAwareResource[];
  readonly timeoutEvalSeconds?: number;
  readonly hostCapabilities: readonly string[];
}

/** Id of a policy on its server, in URLs and in the name of its webhook configuration. */
export function policyId(name: string): string {
  return `clusterwide-${name}`;
}

/** `policies.yml` (JSON, as Kubewarden's controller writes it) of one PolicyServer; equal policies give equal text. */
export function policiesFile(policies: readonly ClusterAdmissionPolicy[]): string {
  const entries: Record<string, PolicyEntry> = {};
  for (const { metadata, spec } of policies.toSorted((a, b) =>
    a.metadata.name < b.metadata.name ? -1 : 1,
  )) {
    entries[policyId(metadata.name)] = {
      namespacedName: { Namespace: "", Name: metadata.name },
      module: spec.module,
      policyMode: spec.mode,
      allowedToMutate: spec.mutating,
      settings: spec.settings ?? null,
      ...(spec.message !== undefined && { message: spec.message }),
      ...(spec.contextAwareResources !== undefined && { contextAwareResources: spec.contextAwareResources }),
      ...(spec.timeoutEvalSeconds !== undefined && { timeoutEvalSeconds: spec.timeoutEvalSeconds }),
      hostCapabilities: ["*"],
    };
  }
  return JSON.stringify(entries);
}

/**
 * The webhook configuration that Kubewarden registers for a policy, with its peculiarities: no reinvocation policy, and
 * `matchLabels` of the namespace selector are lost unless the policy may act in Kubewarden's own namespace.
 */
export function webhookConfiguration(
  { metadata: { name }, spec }: ClusterAdmissionPolicy,
  server: { readonly url: string; readonly certificate: string; readonly namespace: string },
): Record<string, unknown> {
  const id = policyId(name);
  const outsideKubewarden = {
    matchExpressions: [
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [server.namespace] },
      ...(spec.namespaceSelector?.matchExpressions ?? []),
    ],
  };
  const everywhere = spec.allowInsideAdmissionControllerNamespace === true;
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: spec.mutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration",
    metadata: {
      name: id,
      labels: { "app.kubernetes.io/part-of": "kubewarden" },
      annotations: { kubewardenPolicyName: name, kubewardenPolicyNamespace: "" },
    },
    webhooks: [
      {
        name: `${id}.kubewarden.admission`,
        clientConfig: {
          url: `${server.url}/validate/${id}`,
          caBundle: Buffer.from(server.certificate).toString("base64"),
        },
        rules: spec.rules,
        admissionReviewVersions: ["v1"],
        sideEffects: spec.sideEffects ?? "None",
        timeoutSeconds: spec.timeoutSeconds ?? 10,
        failurePolicy: spec.failurePolicy ?? "Fail",
        matchPolicy: spec.matchPolicy ?? "Equivalent",
        objectSelector: spec.objectSelector ?? {},
        namespaceSelector: everywhere ? (spec.namespaceSelector ?? {}) : outsideKubewarden,
        ...(spec.matchConditions !== undefined && { matchConditions: spec.matchConditions }),
      },
    ],
  };
}
