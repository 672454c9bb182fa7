/** A kind of object as the API server's paths name it. */
export interface ResourceType {
  /** "" is the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which object, or with `name` absent which collection. A namespaced collection without namespace is all of them. */
export interface ObjectAddress {
  readonly namespace?: string;
  readonly name?: string;
  /** Such as `status`. */
  readonly subresource?: string;
}

const core = { group: "", version: "v1" };

export const pods: ResourceType = { ...core, plural: "pods", namespaced: true };
export const namespaces: ResourceType = { ...core, plural: "namespaces", namespaced: false };
export const events: ResourceType = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  namespaced: true,
};
export const leases: ResourceType = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  namespaced: true,
};
export const configMaps: ResourceType = { ...core, plural: "configmaps", namespaced: true };
export const deployments: ResourceType = {
  group: "apps",
  version: "v1",
  plural: "deployments",
  namespaced: true,
};
export const mutatingWebhookConfigurations: ResourceType = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "mutatingwebhookconfigurations",
  namespaced: false,
};
export const controllerRevisions: ResourceType = {
  group: "apps",
  version: "v1",
  plural: "controllerrevisions",
  namespaced: true,
};
export const sidecarSets: ResourceType = {
  group: "apps.kruise.io",
  version: "v1beta1",
  plural: "sidecarsets",
  namespaced: false,
};
export const clusterAdmissionPolicies: ResourceType = {
  group: "policies.kubewarden.io",
  version: "v1",
  plural: "clusteradmissionpolicies",
  namespaced: false,
};

/** Path of an object or a collection, segments escaped. Throws when a namespaced object is named without its namespace. */
export function resourcePath(type: ResourceType, address: ObjectAddress = {}): string {
  const { namespace, name, subresource } = address;
  if (type.namespaced && name !== undefined && namespace === undefined) {
    throw new TypeError(`${type.plural} ${name}: expected a namespace`);
  }
  let path = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  if (type.namespaced && namespace !== undefined) path += `/namespaces/${encodeURIComponent(namespace)}`;
  path += `/${type.plural}`;
  if (name !== undefined) path += `/${encodeURIComponent(name)}`;
  if (subresource !== undefined) path += `/${subresource}`;
  return path;
}
