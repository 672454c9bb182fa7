import { type Json, type JsonObject, isObject } from "../json/value.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { serverSideApply } from "../patch/server-side-apply.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge.ts";
import { groupVersion } from "../core/resource-type.ts";
import type { KubeObject } from "../store/object.ts";
import { StatusError, badRequest } from "./status-error.ts";
import type { Target } from "./write-context.ts";
import type { Change } from "./writes.ts";

/** Whether a content type means server-side apply, which may create the object. */
export function isApply(contentType: string): boolean {
  return contentType === "application/apply-patch+yaml";
}

/** The change that a patch document of some content type makes. 415 for a type that the resource does not take. */
export function patchChange(target: Target, contentType: string, patch: Json): (live: KubeObject) => Change {
  const { type } = target;
  switch (contentType) {
    case "application/json-patch+json":
      return (live) => ({ object: applyJsonPatch(live, patch) });
    case "application/merge-patch+json":
      return (live) => ({ object: applyMergePatch(live, requireObject(patch)) });
    case "application/strategic-merge-patch+json":
      if (type.builtin) {
        return (live) => ({ object: applyStrategicMergePatch(live, requireObject(patch), type.mergeRules) });
      }
      break;
    default:
      break;
  }
  throw new StatusError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, ${
      type.builtin ? "application/strategic-merge-patch+json, " : ""
    }application/apply-patch+yaml`,
  );
}

/** The change that a server-side apply makes; `live` is absent when it creates the object. */
export function applyChange(
  target: Target,
  applied: Json,
  manager: string,
  force: boolean,
): (live: KubeObject | undefined) => Change {
  const body = requireObject(applied);
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
