import { readFileSync } from "node:fs";
import { type HostCapabilities, PolicyModule, type ValidationResponse } from "@kubewarden/as-sdk/host";
import type { JsonObject } from "./generate/values.ts";

const WASM = new URL("../../build/policy.wasm", import.meta.url);
/** The release build. */
export const policy = new PolicyModule(new WebAssembly.Module(readFileSync(WASM)));

/** What the release policy says, with the object as it would be stored. */
export interface Ours {
  readonly accepted: boolean;
  readonly message: string;
  readonly warnings: readonly string[];
  readonly object: unknown;
}

/** Defaults, checks and hashes a SidecarSet among others, by OpenKruise's idea of overlapping selectors. */
export function admitSidecarSet(asked: {
  readonly version: string;
  readonly object: JsonObject;
  readonly old?: JsonObject;
  readonly others: readonly JsonObject[];
  /** The annotations that sets may write into Pods; absent means any. */
  readonly allowList?: JsonObject;
}): Ours {
  const { version, object, old, allowList } = asked;
  const request = {
    uid: "1",
    kind: { group: "apps.kruise.io", version, kind: "SidecarSet" },
    operation: old === undefined ? "CREATE" : "UPDATE",
    object,
    oldObject: old ?? null,
  };
  const settings = {
    selectorOverlap: "OpenKruise",
    ...(allowList !== undefined && { patchPodMetadataAllowList: allowList }),
  };
  return said(object, policy.validate(request, settings, hostWith({ items: asked.others })));
}

/** Injects SidecarSets into a Pod of a Namespace with these labels. */
export function admitPod(asked: {
  readonly object: JsonObject;
  readonly sidecarSets: readonly JsonObject[];
  readonly namespace: string;
  readonly namespaceLabels: JsonObject;
  /** Whether containers are sorted by name; absent means no. */
  readonly sortByName?: boolean;
  /** What becomes of the Pod when a set asks for a revision that is not there; absent means Skip. */
  readonly missingRevision?: "Skip" | "Reject";
}): Ours {
  const { object, namespace, sidecarSets, sortByName = false, missingRevision = "Skip" } = asked;
  const settings = { sidecarSets, sortContainersByName: sortByName, missingRevision };
  const kind = { group: "", version: "v1", kind: "Pod" };
  const request = { uid: "1", kind, operation: "CREATE", namespace, object };
  const host = hostWith({ metadata: { name: namespace, labels: asked.namespaceLabels } });
  return said(object, policy.validate(request, settings, host));
}

function hostWith(answer: unknown): HostCapabilities {
  return () => new TextEncoder().encode(JSON.stringify(answer));
}

function said(object: JsonObject, response: ValidationResponse): Ours {
  return {
    accepted: response.accepted,
    message: response.message ?? "",
    warnings: response.warnings ?? [],
    object: response.mutated_object ?? object,
  };
}
