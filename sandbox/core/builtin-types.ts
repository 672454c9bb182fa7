import { ensureObject, equal } from "../json/value.ts";
import { builtinMergeRules } from "../patch/merge-rules.ts";
import { type FieldError, invalidValue } from "../schema/field-error.ts";
import type { KubeObject } from "../store/object.ts";
import { defaultEvent, eventStorage, validateEvent } from "./event-shape.ts";
import { ageColumn, builtinColumns, nameColumn } from "./columns.ts";
import { podColumns } from "./pod-columns.ts";
import { defaultPod } from "./pod-defaults.ts";
import { validatePod } from "./pod-validation.ts";
import { type ResourceType, type Storage, resourceKey } from "./resource-type.ts";

interface Options {
  group?: string;
  version?: string;
  singular?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  namespaced?: boolean;
  status?: boolean;
  countsGeneration?: boolean;
  replacedUnseen?: boolean;
  applyDefaults?: ResourceType["applyDefaults"];
  validate?: ResourceType["validate"];
  storage?: Storage;
}

function builtin(kind: string, plural: string, options: Options = {}): ResourceType {
  const { group = "", version = "v1", namespaced = true, status = false } = options;
  const columns =
    plural === "pods"
      ? podColumns
      : (builtinColumns[resourceKey({ group, plural })] ?? [nameColumn, ageColumn]);
  return {
    group,
    plural,
    singular: options.singular ?? kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    namespaced,
    versions: [{ name: version, status, columns }],
    storageVersion: version,
    builtin: true,
    replacedUnseen: options.replacedUnseen ?? true,
    countsGeneration: options.countsGeneration ?? false,
    mergeRules: builtinMergeRules,
    selectableFields: "any",
    applyDefaults: options.applyDefaults ?? (() => {}),
    validate: options.validate ?? (() => []),
    ...(options.storage === undefined ? {} : { storage: options.storage }),
  };
}

function defaultNamespace(namespace: KubeObject): void {
  const { name } = namespace.metadata;
  namespace.metadata.labels = { ...namespace.metadata.labels, "kubernetes.io/metadata.name": name };
  ensureObject(namespace, "spec")["finalizers"] ??= ["kubernetes"];
  ensureObject(namespace, "status")["phase"] ??= "Active";
}

function defaultSecret(secret: KubeObject): void {
  secret["type"] ??= "Opaque";
}

/** A revision never changes what it stands for. */
function validateRevision(revision: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined || equal(revision["data"], old["data"])) return [];
  return [invalidValue("data", revision["data"] ?? null, "field is immutable")];
}

const apps: Options = { group: "apps", status: true, countsGeneration: true, categories: ["all"] };
const rbac: Options = { group: "rbac.authorization.k8s.io" };

/** The kinds that are there without a CustomResourceDefinition. Only Pods have controllers (the kubelet). */
export const builtinTypes: readonly ResourceType[] = [
  builtin("Namespace", "namespaces", {
    namespaced: false,
    status: true,
    shortNames: ["ns"],
    applyDefaults: defaultNamespace,
  }),
  builtin("Pod", "pods", {
    status: true,
    shortNames: ["po"],
    categories: ["all"],
    countsGeneration: true,
    applyDefaults: defaultPod,
    validate: validatePod,
  }),
  builtin("Node", "nodes", { namespaced: false, status: true, shortNames: ["no"] }),
  builtin("ConfigMap", "configmaps", { shortNames: ["cm"] }),
  builtin("Secret", "secrets", { applyDefaults: defaultSecret }),
  builtin("Service", "services", { shortNames: ["svc"], status: true, categories: ["all"] }),
  builtin("ServiceAccount", "serviceaccounts", { shortNames: ["sa"] }),
  builtin("Event", "events", { shortNames: ["ev"], applyDefaults: defaultEvent }),
  builtin("Event", "events", {
    group: "events.k8s.io",
    shortNames: ["ev"],
    storage: eventStorage,
    applyDefaults: defaultEvent,
    validate: validateEvent,
  }),
  builtin("Lease", "leases", { group: "coordination.k8s.io", replacedUnseen: false }),
  builtin("ControllerRevision", "controllerrevisions", { group: "apps", validate: validateRevision }),
  builtin("Deployment", "deployments", { ...apps, shortNames: ["deploy"] }),
  builtin("ReplicaSet", "replicasets", { ...apps, shortNames: ["rs"] }),
  builtin("StatefulSet", "statefulsets", { ...apps, shortNames: ["sts"] }),
  builtin("DaemonSet", "daemonsets", { ...apps, shortNames: ["ds"] }),
  builtin("Job", "jobs", { ...apps, group: "batch" }),
  builtin("PodDisruptionBudget", "poddisruptionbudgets", { ...apps, group: "policy", shortNames: ["pdb"] }),
  builtin("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", {
    group: "admissionregistration.k8s.io",
    namespaced: false,
    countsGeneration: true,
  }),
  builtin("Role", "roles", rbac),
  builtin("RoleBinding", "rolebindings", rbac),
  builtin("ClusterRole", "clusterroles", { ...rbac, namespaced: false }),
  builtin("ClusterRoleBinding", "clusterrolebindings", { ...rbac, namespaced: false }),
];
