import type { HostCapabilities } from "@kubewarden/as-sdk/host";
import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ResourceType, groupVersion, storeKey } from "../core/resource-type.ts";
import { type Json, type JsonObject, objectAt, objectsAt, parseJson, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";
import { fieldSelector, labelSelector } from "../store/selector.ts";
import type { Store } from "../store/store.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * What the host answers a policy that asks about the cluster: `kubernetes/get_resource` and the two lists, from
 * the store and only for the kinds in the policy's `contextAwareResources`; `can_i` allows everything, as the
 * sandbox authorises nobody. OCI, DNS and certificate calls are refused. Nothing is cached; field masks are ignored.
 */
export function hostCapabilities(
  store: Store,
  registry: ResourceRegistry,
  policy: KubeObject,
): HostCapabilities {
  return (namespace, operation, payload) => {
    if (namespace !== "kubernetes") throw new Error(`the sandbox does not serve ${namespace}/${operation}`);
    const request = objectAt(parseJson(decoder.decode(payload)));
    return encoder.encode(JSON.stringify(answer(operation, request)));
  };

  function answer(operation: string, request: JsonObject): Json {
    if (operation === "can_i") return { allowed: true };
    const type = grantedType(request);
    if (operation === "get_resource") return getResource(type, request);
    if (operation === "list_resources_all") return listResources(type, request, undefined);
    if (operation === "list_resources_by_namespace")
      return listResources(type, request, textAt(request, "namespace"));
    throw new Error(`unknown operation: kubernetes/${operation}`);
  }

  function grantedType(request: JsonObject): ResourceType {
    const apiVersion = textAt(request, "api_version") ?? "";
    const kind = textAt(request, "kind") ?? "";
    const granted = objectsAt(policy, "spec", "contextAwareResources").some(
      (entry) => entry["apiVersion"] === apiVersion && entry["kind"] === kind,
    );
    if (!granted) {
      throw new Error(
        `Policy has not been granted access to Kubernetes ${apiVersion}/${kind} resources. The violation has been reported.`,
      );
    }
    const type = registry.ofKind(apiVersion, kind);
    if (type === undefined) throw new Error(`unknown resource: ${apiVersion}/${kind}`);
    return type;
  }

  function getResource(type: ResourceType, request: JsonObject): Json {
    const name = textAt(request, "name") ?? "";
    const namespace = textAt(request, "namespace");
    const found = store.get(storeKey(type), type.namespaced ? namespace : undefined, name);
    if (found !== undefined) return found;
    const apiVersion = groupVersion(type.group, type.storageVersion);
    throw new Error(
      `Cannot find ${apiVersion}/${type.kind} named '${name}' inside of namespace '${namespace ?? "None"}'`,
    );
  }

  function listResources(type: ResourceType, request: JsonObject, namespace: string | undefined): Json {
    const byLabel = labelSelector(textAt(request, "label_selector") ?? "");
    const byField = fieldSelector(textAt(request, "field_selector") ?? "", () => true);
    const items = store
      .list(storeKey(type))
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter((object) => byLabel(object) && byField(object));
    const metadata = { resourceVersion: String(store.revision) };
    return {
      apiVersion: groupVersion(type.group, type.storageVersion),
      kind: type.listKind,
      metadata,
      items,
    };
  }
}
