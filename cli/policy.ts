import { fileURLToPath } from "node:url";
import { PolicyModule, type HostCapabilities, type ValidationResponse } from "@kubewarden/as-sdk/host";
import { InputError, type Manifest } from "./manifests.ts";

const BUILT_POLICY = fileURLToPath(new URL("../build/policy.wasm", import.meta.url));

/** Opens the policy module: `path`, or the one that `npm run build` made. */
export async function openPolicy(path: string | undefined): Promise<PolicyModule> {
  const file = path ?? BUILT_POLICY;
  return PolicyModule.load(file).catch((error: unknown) => {
    const hint = path === undefined ? "; `npm run build` makes it, --policy names another" : "";
    throw new InputError(`${file}: cannot load the policy (${String(error)})${hint}`);
  });
}

/** Asks the policy to default, check and fingerprint a SidecarSet, as if it were being created beside `others`. */
export function admitSidecarSet(
  policy: PolicyModule,
  sidecarSet: Manifest,
  others: readonly Manifest[],
): ValidationResponse {
  const [group = "", version = ""] = sidecarSet.apiVersion.split("/");
  return policy.validate(
    {
      uid: "preview",
      kind: { group, version, kind: "SidecarSet" },
      resource: { group, version, resource: "sidecarsets" },
      operation: "CREATE",
      name: sidecarSet.metadata.name ?? "",
      object: sidecarSet,
    },
    {},
    (_namespace, operation) => {
      if (operation !== "list_resources_all") throw new Error(`${operation} is not available in a preview`);
      return new TextEncoder().encode(JSON.stringify({ items: others }));
    },
  );
}

/** Asks the policy to admit a Pod under the given settings. Namespaces are answered from `namespaces`, by name. */
export function admitPod(
  policy: PolicyModule,
  pod: Manifest,
  settings: object,
  namespaces: ReadonlyMap<string, Manifest>,
): ValidationResponse {
  const namespace = pod.metadata.namespace ?? "default";
  return policy.validate(
    {
      uid: "preview",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      operation: "CREATE",
      name: pod.metadata.name ?? "",
      namespace,
      object: pod,
    },
    settings,
    answerNamespaces(namespaces),
  );
}

function answerNamespaces(namespaces: ReadonlyMap<string, Manifest>): HostCapabilities {
  return (namespace, operation, payload) => {
    const request: { kind?: string; name?: string } = JSON.parse(new TextDecoder().decode(payload));
    const name = request.name ?? "";
    if (operation !== "get_resource" || request.kind !== "Namespace") {
      throw new Error(`${namespace}/${operation} is not available in a preview`);
    }
    const known = namespaces.get(name) ?? {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    };
    return new TextEncoder().encode(JSON.stringify(known));
  };
}
