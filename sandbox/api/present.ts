import { groupVersion } from "../core/resource-type.ts";
import type { KubeObject } from "../store/object.ts";
import type { Target } from "./write-context.ts";

/** A stored object in the shape of a request. With conversion strategy None only the apiVersion differs. */
export function present({ type, version }: Pick<Target, "type" | "version">, object: KubeObject): KubeObject {
  const apiVersion = groupVersion(type.group, version);
  if (type.storage === undefined)
    return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
  return { ...type.storage.decode(object), apiVersion, kind: type.kind, metadata: object.metadata };
}
