import { type JsonObject, isObject, objectAt, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";

/** The identity of a policy on its server. */
export function policyId(policy: KubeObject): string {
  return `clusterwide-${policy.metadata.name}`;
}

/** The settings of a policy; absent and null ones are empty. */
export function settingsOf(policy: KubeObject): JsonObject {
  const settings = objectAt(policy, "spec")["settings"];
  return isObject(settings) ? settings : {};
}

/**
 * `policies.yml` of a PolicyServer: the configuration that it starts with, as JSON in the order of the policies'
 * names. A change of anything that is not in here does not restart the server.
 */
export function policiesFile(policies: readonly KubeObject[]): string {
  const entries: JsonObject = {};
  for (const policy of policies) {
    const spec = objectAt(policy, "spec");
    const message = textAt(spec, "message");
    entries[policyId(policy)] = {
      namespacedName: { Namespace: "", Name: policy.metadata.name },
      module: textAt(spec, "module") ?? "",
      policyMode: textAt(spec, "mode") ?? "protect",
      allowedToMutate: spec["mutating"] === true,
      settings: settingsOf(policy),
      ...(message === undefined ? {} : { message }),
      contextAwareResources: spec["contextAwareResources"] ?? [],
    };
  }
  return JSON.stringify(entries);
}
