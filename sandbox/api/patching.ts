import { copy, type Json, type JsonObject, isObject } from "../json/value.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { serverSideApply } from "../patch/server-side-apply.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge.ts";
import { groupVersion } from "../core/resource-type.ts";
import type { KubeObject } from "../store/object.ts";
import { badRequest, unsupportedMediaType } from "./status-error.ts";
import type { Target } from "./write-context.ts";
import { dropEmptyMaps } from "./decode.ts";
import type { Change } from "./writes.ts";

/** The content types of the four kinds of patch. */
export const contentTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** Whether a content type means server-side apply, which may create the object. */
export function isApply(contentType: string): boolean {
  return contentType === contentTypes.apply;
}

/** The content types of PATCH that a resource takes. */
export function patchTypes({ type }: Target): string[] {
  const builtin = type.builtin ? [contentTypes.strategic] : [];
  return [contentTypes.json, contentTypes.merge, ...builtin, contentTypes.apply];
}

/** The change that a patch document of some content type makes. 415 for a type that the resource does not take. */
export function patchChange(target: Target, contentType: string, patch: Json): (live: KubeObject) => Change {
  const { type } = target;
  if (contentType === contentTypes.json) return (live) => ({ object: applyJsonPatch(live, patch) });
  if (contentType === contentTypes.merge) {
    return (live) => ({ object: applyMergePatch(live, requireObject(patch)) });
  }
  if (contentType === contentTypes.strategic && type.builtin) {
    return (live) => ({ object: applyStrategicMergePatch(live, requireObject(patch), type.mergeRules) });
  }
  throw unsupportedMediaType(patchTypes(target));
}

/** The change that a server-side apply makes; `live` is absent when it creates the object. */
export function applyChange(
  target: Target,
  applied: Json,
  manager: string,
  force: boolean,
): (live: KubeObject | undefined) => Change {
  const body = copy(requireObject(applied));
  dropEmptyMaps(body);
  if (isObject(body["metadata"]) && body["metadata"]["managedFields"] !== undefined) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const apiVersion = groupVersion(target.type.group, target.version);
  const writer = { manager, operation: "Apply", apiVersion, subresource: target.subresource } as const;
  return (live) => {
    const relevant = live !== undefined && target.subresource === "status" ? statusOnly(body) : body;
    return serverSideApply(live, relevant, writer, force, target.type.mergeRules);
  };
}

function statusOnly(body: JsonObject): JsonObject {
  const { apiVersion, kind, status } = body;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
  };
}

function requireObject(patch: Json): JsonObject {
  if (!isObject(patch)) throw badRequest("the patch must be an object");
  return patch;
}
