import type { AdmissionInput } from "../api/write-context.ts";
import { type Json, type JsonObject, at, objectAt, objectsAt, textAt, textsAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";

/** The parts of a ClusterAdmissionPolicy that decide which requests it sees. */
export interface WebhookRules {
  /** Labels of a namespace, undefined when it does not exist. */
  readonly namespaceLabels: (name: string) => JsonObject | undefined;
  /** The namespace of Kubewarden itself, which policies do not see. */
  readonly ownNamespace: string;
}

/** Whether a policy wants to see a change. `matchConditions` are not evaluated: the sandbox has no CEL. */
export function policyMatches(policy: KubeObject, input: AdmissionInput, rules: WebhookRules): boolean {
  const spec = objectAt(policy, "spec");
  return (
    objectsAt(spec, "rules").some((rule) => ruleMatches(rule, input)) &&
    namespaceMatches(spec, input, rules) &&
    objectMatches(spec, input)
  );
}

function ruleMatches(rule: JsonObject, { operation, target }: AdmissionInput): boolean {
  const { type, version, subresource } = target;
  const resource = subresource === "" ? type.plural : `${type.plural}/${subresource}`;
  const named = textsAt(rule, "resources").some(
    (entry) =>
      entry === "*/*" ||
      entry === resource ||
      (entry === "*" && subresource === "") ||
      entry === `${type.plural}/*` ||
      (entry.startsWith("*/") && subresource !== "" && entry === `*/${subresource}`),
  );
  const scope = textAt(rule, "scope") ?? "*";
  const scoped = scope === "*" || (scope === "Namespaced") === type.namespaced;
  return (
    named &&
    scoped &&
    listed(rule, "operations", operation) &&
    listed(rule, "apiGroups", type.group) &&
    // matchPolicy Equivalent: any version of the resource will do.
    (listed(rule, "apiVersions", version) ||
      type.versions.some(({ name }) => listed(rule, "apiVersions", name)))
  );
}

function listed(rule: JsonObject, member: string, value: string): boolean {
  const entries = textsAt(rule, member);
  return entries.includes("*") || entries.includes(value);
}

/**
 * Kubewarden registers the user's matchExpressions only, after one that keeps its own namespace out, and drops
 * matchLabels; so does this.
 */
function namespaceMatches(spec: JsonObject, { target }: AdmissionInput, rules: WebhookRules): boolean {
  const name = target.type.kind === "Namespace" ? target.name : target.namespace;
  if (name === undefined) return true;
  const labels = rules.namespaceLabels(name) ?? { "kubernetes.io/metadata.name": name };
  if (spec["allowInsideAdmissionControllerNamespace"] === true) {
    return selectorMatches(spec["namespaceSelector"], labels);
  }
  if (name === rules.ownNamespace) return false;
  return selectorMatches(
    { matchExpressions: at(spec, "namespaceSelector", "matchExpressions") ?? [] },
    labels,
  );
}

function objectMatches(spec: JsonObject, { object, oldObject }: AdmissionInput): boolean {
  const selector = spec["objectSelector"];
  return [object, oldObject].some(
    (candidate) =>
      candidate !== undefined && selectorMatches(selector, objectAt(candidate, "metadata", "labels")),
  );
}

/** A LabelSelector of the API against labels; an absent or empty one matches everything. */
function selectorMatches(selector: Json | undefined, labels: JsonObject): boolean {
  const exact = Object.entries(objectAt(selector, "matchLabels"));
  if (!exact.every(([key, value]) => labels[key] === value)) return false;
  return objectsAt(selector, "matchExpressions").every((expression) => {
    const value = labels[textAt(expression, "key") ?? ""];
    const values = textsAt(expression, "values");
    switch (textAt(expression, "operator") ?? "") {
      case "In":
        return typeof value === "string" && values.includes(value);
      case "NotIn":
        return typeof value !== "string" || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      default:
        return false;
    }
  });
}
