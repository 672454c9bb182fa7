import { fileURLToPath } from "node:url";
import { type HostCapabilities, PolicyError, type ValidationResponse } from "@kubewarden/as-sdk/host";
import { inBothHosts } from "./agreeing-policy.ts";

/** The release build, as it is shipped; `npm run build` makes it. */
export const WASM = new URL("../../build/policy.wasm", import.meta.url);

export const policy = inBothHosts(fileURLToPath(WASM));

export const POD = { group: "", version: "v1", kind: "Pod" };
export const SIDECARSET = { group: "apps.kruise.io", version: "v1beta1", kind: "SidecarSet" };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The AdmissionRequest of a Pod that is being created, with fields replaced or added. */
export function podRequest(object: unknown, fields: object = {}): object {
  return { uid: "1", kind: POD, operation: "CREATE", namespace: "shop", object, ...fields };
}

/** The AdmissionRequest of a SidecarSet that is being created. */
export function setRequest(object: unknown, fields: object = {}): object {
  return { uid: "1", kind: SIDECARSET, operation: "CREATE", object, ...fields };
}

/** A SidecarSet for Pods labelled app=web, with the given members of its spec. */
export function sidecarSet(name: string, spec: object = {}): JsonObject {
  const rules = { selector: { matchLabels: { app: "web" } }, updateStrategy: { type: "NotUpdate" } };
  return { metadata: { name }, spec: { ...rules, ...spec } };
}

/** A Pod labelled app=web with the given members of its spec. */
export function pod(spec: object = {}, metadata: object = {}): JsonObject {
  const containers = [{ name: "main", image: "main:1" }];
  return { metadata: { name: "p", labels: { app: "web" }, ...metadata }, spec: { containers, ...spec } };
}

/** The answer for a Pod that is being created. */
export function validatePod(
  object: unknown,
  sidecarSets: unknown[],
  capabilities?: HostCapabilities,
  settings: object = {},
): ValidationResponse {
  return policy.validate(podRequest(object), { sidecarSets, ...settings }, capabilities);
}

/** The Pod after injection; throws when it was rejected, and answers the Pod itself when nothing was changed. */
export function inject(object: JsonObject, ...sidecarSets: unknown[]): unknown {
  const response = validatePod(object, sidecarSets);
  if (!response.accepted) throw new Error(response.message);
  return response.mutated_object ?? object;
}

/** The value at a path of a JSON document; undefined where the document has nothing there. */
export function at(document: unknown, ...path: (string | number)[]): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}

/** The value of an annotation, empty when it is absent. */
export function annotation(object: unknown, key: string): string {
  const value = at(object, "metadata", "annotations", key);
  return typeof value === "string" ? value : "";
}

/** The elements of a list, none when it is absent. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The names of the objects in a list, in order. */
export function names(value: unknown): unknown[] {
  return list(value).map((item) => at(item, "name"));
}

/** The container of a Pod by name; throws when it has none. */
export function container(object: unknown, name: string): object {
  const all = [...list(at(object, "spec", "containers")), ...list(at(object, "spec", "initContainers"))];
  const found = all.find((candidate) => at(candidate, "name") === name);
  if (typeof found !== "object" || found === null) throw new Error(`no container ${name}`);
  return found;
}

/** The raw answer to raw bytes. Throws PolicyError when the guest traps or answers none. */
export function callRaw(operation: string, payload: string | Uint8Array): string {
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  return new TextDecoder("utf-8", { fatal: true }).decode(policy.call(operation, bytes));
}

/** How a call to the policy broke its promise to answer exactly one JSON response, or undefined when it kept it. */
export function brokenPromise(operation: string, payload: string | Uint8Array): string | undefined {
  try {
    const answer: unknown = JSON.parse(callRaw(operation, payload));
    const verdict = operation === "validate" ? "accepted" : "valid";
    if (typeof answer === "object" && answer !== null && verdict in answer) return undefined;
    return `no verdict: ${JSON.stringify(answer)}`;
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    return `the answer is not JSON: ${String(error)}`;
  }
}
