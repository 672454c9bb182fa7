import { randomUUID } from "node:crypto";
import { type AdmissionResponse, type PolicyModule, admit } from "@kubewarden/as-sdk/host";
import { StatusError } from "../api/status-error.ts";
import type { AdmissionInput } from "../api/write-context.ts";
import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type JsonObject, at, parseJson, textAt } from "../json/value.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import type { KubeObject } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { hostCapabilities } from "./capabilities.ts";
import type { PolicyServers } from "./policy-servers.ts";
import { policyId } from "./policies-file.ts";
import { kubewardenNamespace } from "./rollout-objects.ts";
import { policyMatches } from "./webhook-rules.ts";

/**
 * Admission by ClusterAdmissionPolicies: every request that a policy's rules name goes through its Wasm module,
 * mutating policies first, each in the order of their names.
 */
export class Admission {
  private readonly store: Store;
  private readonly registry: ResourceRegistry;
  private readonly servers: PolicyServers;

  constructor(store: Store, registry: ResourceRegistry, servers: PolicyServers) {
    this.store = store;
    this.registry = registry;
    this.servers = servers;
  }

  /** The object as the policies leave it; throws what the API server answers when one refuses. */
  readonly admit = (input: AdmissionInput): JsonObject | undefined => {
    // The policies' own objects are not subject to policies: a broken one must stay repairable.
    if (input.target.type.group === "policies.kubewarden.io") return input.object;
    let { object } = input;
    for (const { policy, webhook, settings, module } of this.servers.active()) {
      const current: AdmissionInput = { ...input, ...(object === undefined ? {} : { object }) };
      if (!this.matches(webhook, current)) continue;
      if (this.servers.isInterrupted) {
        if (textAt(webhook, "spec", "failurePolicy") === "Ignore") continue;
        throw unreachable(policy);
      }
      const answer = this.ask(policy, settings, module, current);
      input.context.warnings.push(...(answer.warnings ?? []));
      if (!answer.allowed) throw refusal(policy, answer);
      if (answer.patch !== undefined && object !== undefined) {
        object = applyJsonPatch(object, parseJson(Buffer.from(answer.patch, "base64").toString()));
      }
    }
    return object;
  };

  private matches(policy: KubeObject, input: AdmissionInput): boolean {
    return policyMatches(policy, input, {
      namespaceLabels: (name) => this.store.get("namespaces", undefined, name)?.metadata.labels,
      ownNamespace: kubewardenNamespace,
    });
  }

  private ask(
    policy: KubeObject,
    settings: JsonObject,
    module: PolicyModule,
    input: AdmissionInput,
  ): AdmissionResponse {
    const message = textAt(policy, "spec", "message");
    const enforcement = {
      policy: policyId(policy),
      mutating: at(policy, "spec", "mutating") === true,
      mode: textAt(policy, "spec", "mode") === "monitor" ? "monitor" : "protect",
      ...(message === undefined || message === "" ? {} : { message }),
    } as const;
    const capabilities = hostCapabilities(this.store, this.registry, policy);
    return admit(module, admissionRequest(input), settings, enforcement, capabilities);
  }
}

function webhookName(policy: KubeObject): string {
  return `${policyId(policy)}.kubewarden.admission`;
}

function unreachable(policy: KubeObject): StatusError {
  const server = textAt(policy, "spec", "policyServer") ?? "default";
  const url = `https://policy-server-${server}.${kubewardenNamespace}.svc:443/validate/${policyId(policy)}`;
  const why = `failed to call webhook: Post "${url}": connect: connection refused`;
  const message = `Internal error occurred: failed calling webhook "${webhookName(policy)}": ${why}`;
  return new StatusError(500, "InternalError", message, { causes: [{ message: why }] });
}

function refusal(policy: KubeObject, answer: AdmissionResponse): StatusError {
  const by = `admission webhook "${webhookName(policy)}" denied the request`;
  const { message, code = 0, details } = answer.status ?? {};
  const text = message === undefined || message === "" ? `${by} without explanation` : `${by}: ${message}`;
  // The API server never answers a rejection with a code below 400.
  return new StatusError(
    code < 400 ? 400 : code,
    "",
    text,
    details === undefined ? undefined : { ...details },
  );
}

/** The request as policy-server passes it to the policy. */
function admissionRequest(input: AdmissionInput): { uid: string } & JsonObject {
  const { operation, target, object, oldObject, context } = input;
  const { type, version, namespace, subresource } = target;
  const kind = { group: type.group, version, kind: type.kind };
  const resource = { group: type.group, version, resource: type.plural };
  const name = textAt(object ?? oldObject, "metadata", "name") ?? target.name;
  return {
    uid: randomUUID(),
    kind,
    resource,
    ...(subresource === "" ? {} : { subResource: subresource, requestSubResource: subresource }),
    requestKind: kind,
    requestResource: resource,
    ...(name === "" ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    operation,
    userInfo: { username: context.user.username, groups: [...context.user.groups] },
    ...(object === undefined ? {} : { object }),
    ...(oldObject === undefined ? {} : { oldObject }),
    dryRun: context.dryRun,
    options: { apiVersion: "meta.k8s.io/v1", kind: optionsKind[operation] },
  };
}

const optionsKind = { CREATE: "CreateOptions", UPDATE: "UpdateOptions", DELETE: "DeleteOptions" } as const;
