import { object, type Schema } from "./schema.ts";
import { spec } from "./spec.ts";
import { status } from "./status.ts";

/** A column of `kubectl get sidecarsets`. Priority 1 shows with `-o wide` only. */
export interface Column {
  name: string;
  type: "integer" | "string" | "date";
  jsonPath: string;
  priority?: 1;
  description?: string;
}

const COLUMNS: readonly Column[] = [
  {
    name: "MATCHED",
    type: "integer",
    jsonPath: ".status.matchedPods",
    description: "Pods with sidecars of this set.",
  },
  {
    name: "UPDATED",
    type: "integer",
    jsonPath: ".status.updatedPods",
    description: "Those with the current sidecars.",
  },
  { name: "READY", type: "integer", jsonPath: ".status.readyPods", description: "Those that are ready." },
  { name: "AGE", type: "date", jsonPath: ".metadata.creationTimestamp" },
  {
    name: "PROGRESS",
    type: "string",
    jsonPath: ".status.progress",
    description: "Share of the Pods to bring up to date that are, and are ready.",
  },
  {
    name: "ROLLOUT",
    type: "string",
    jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
    description: "Where the upgrade of running Pods stands.",
  },
  {
    name: "INJECTION",
    type: "string",
    jsonPath: '.status.conditions[?(@.type=="InjectionReady")].reason',
    description: "Whether new Pods get the current spec.",
  },
  {
    name: "UPDATED-READY",
    type: "integer",
    jsonPath: ".status.updatedReadyPods",
    priority: 1,
    description: "Pods that are both updated and ready.",
  },
  {
    name: "MISSING",
    type: "integer",
    jsonPath: ".status.missingPods",
    priority: 1,
    description: "Pods that should have the sidecars and run without.",
  },
  {
    name: "TIME-LEFT",
    type: "string",
    jsonPath: ".status.estimatedTimeLeft",
    priority: 1,
    description: "At the pace of the last minutes.",
  },
  {
    name: "STRATEGY",
    type: "string",
    jsonPath: ".spec.updateStrategy.type",
    priority: 1,
    description: "RollingUpdate or NotUpdate.",
  },
  {
    name: "MESSAGE",
    type: "string",
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    priority: 1,
    description: "What is going on, and what to do.",
  },
];

function root(): Schema {
  return object(
    "Sidecar containers for the Pods that a selector matches: injected at creation, upgraded in place afterwards.",
    {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec: spec(),
      status: status(),
    },
    {
      required: ["spec"],
      "x-kubernetes-validations": [
        {
          rule: "size(self.metadata.name) <= 63 && !self.metadata.name.contains('.')",
          message: "metadata.name: expected at most 63 letters, digits and hyphens",
        },
      ],
    },
  );
}

/**
 * The CustomResourceDefinition. Both versions have one schema, the union of their fields, so conversion needs no webhook:
 * an object reads the same through either.
 */
export function definition(): object {
  const version = (name: string, storage: boolean) => ({
    name,
    served: true,
    storage,
    subresources: { status: {} },
    additionalPrinterColumns: COLUMNS,
    schema: { openAPIV3Schema: root() },
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: "sidecarsets.apps.kruise.io",
      labels: {
        "app.kubernetes.io/name": "sidecarset",
        "app.kubernetes.io/part-of": "sidecarset-kubewarden",
      },
    },
    spec: {
      group: "apps.kruise.io",
      scope: "Cluster",
      names: {
        kind: "SidecarSet",
        listKind: "SidecarSetList",
        plural: "sidecarsets",
        singular: "sidecarset",
      },
      conversion: { strategy: "None" },
      versions: [version("v1alpha1", false), version("v1beta1", true)],
    },
  };
}
