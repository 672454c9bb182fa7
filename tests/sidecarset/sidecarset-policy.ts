import assert from "node:assert/strict";
import type { HostCapabilities } from "@kubewarden/as-sdk/host";
import { policy } from "../contract/policy.ts";

/** Any JSON object; tests build and take apart documents whose shape they state themselves. */
// oxlint-disable-next-line typescript/no-explicit-any -- a document has no other type than what the test says
export type Document = { [name: string]: any };

/** A host that knows these SidecarSets and nothing else. */
function hostWith(items: Document[]): HostCapabilities {
  return (namespace, operation, payload) => {
    assert.equal(`${namespace}/${operation}`, "kubernetes/list_resources_all");
    const asked: unknown = JSON.parse(new TextDecoder().decode(payload));
    assert.deepEqual(asked, { api_version: "apps.kruise.io/v1beta1", kind: "SidecarSet" });
    return new TextEncoder().encode(JSON.stringify({ kind: "SidecarSetList", items }));
  };
}

/** What the set meets: the stored set that an update replaces, and the sets of the cluster. */
export interface Circumstances {
  readonly old?: Document;
  readonly others?: Document[];
  readonly settings?: Document;
}

/** What the release policy answers when a SidecarSet is created, or updated where `old` is given. */
export function admit(object: Document, { old, others = [], settings = {} }: Circumstances = {}) {
  const operation = old === undefined ? "CREATE" : "UPDATE";
  const kind = { group: "apps.kruise.io", version: "v1alpha1", kind: "SidecarSet" };
  const request = { uid: "1", kind, operation, object, oldObject: old ?? null };
  return policy.validate(request, settings, hostWith(others));
}

/** What is wrong with settings, one a line; empty when nothing is. */
export function settingsProblem(settings: Document): string {
  return policy.validateSettings(settings).message ?? "";
}

/** The set that is stored: the mutated object, or the one sent when nothing was to change. Fails when it is refused. */
export function stored(object: Document, circumstances?: Circumstances): Document {
  const answer = admit(object, circumstances);
  assert.equal(answer.message, undefined);
  assert.equal(answer.accepted, true);
  return answer.mutated_object ?? object;
}

/** The problems that a set is refused for, one a line; none when it is accepted. */
export function problems(object: Document, circumstances?: Circumstances): string[] {
  const answer = admit(object, circumstances);
  if (answer.accepted) return [];
  assert.equal(answer.code, 422);
  return (answer.message ?? "").split("\n");
}

export function warnings(object: Document, circumstances?: Circumstances): string[] {
  const answer = admit(object, circumstances);
  assert.equal(answer.message, undefined);
  return answer.warnings ?? [];
}

/** A valid set with one sidecar; `spec` and `container` are laid over it. */
export function sidecarSet(spec: Document = {}, container: Document = {}): Document {
  return {
    apiVersion: "apps.kruise.io/v1alpha1",
    kind: "SidecarSet",
    metadata: { name: "log" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      containers: [{ name: "tail", image: "busybox:1.36", ...container }],
      ...spec,
    },
  };
}
