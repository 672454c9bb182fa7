import type { AdmissionRequest } from "@kubewarden/as-sdk/host";

/** A Kubernetes object as it is sent to admission. */
export interface Admitted {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  [member: string]: unknown;
}

/** The request for the creation of an object, with the members that an API server sends. */
export function creation(object: Admitted): AdmissionRequest {
  const slash = object.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : object.apiVersion.slice(0, slash);
  const version = object.apiVersion.slice(slash + 1);
  const kind = { group, version, kind: object.kind };
  const resource = { group, version, resource: `${object.kind.toLowerCase()}s` };
  return {
    uid: "1299d386-525b-4032-98ae-1949f69f9cfc",
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    name: object.metadata.name,
    ...(group === "" ? { namespace: "default" } : {}),
    operation: "CREATE",
    userInfo: { username: "alice", uid: "alice-uid", groups: ["system:authenticated"] },
    object,
    oldObject: null,
    dryRun: false,
    options: { apiVersion: "meta.k8s.io/v1", kind: "CreateOptions" },
  };
}
