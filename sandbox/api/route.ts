import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ServedVersion, servedVersion } from "../core/resource-type.ts";
import { UnknownPath, badRequest } from "./status-error.ts";
import type { Target } from "./write-context.ts";

/** A request for a resource: the collection when `target.name` is "". */
export interface ResourceRoute {
  readonly target: Target;
  readonly served: ServedVersion;
}

/** Steps of a path below `/api/v1` or `/apis/<group>/<version>`, with that group and version. */
export interface GroupPath {
  readonly group: string;
  readonly version: string;
  readonly rest: readonly string[];
}

/** Splits a URL path, or answers undefined when it is not below a group and version. */
export function groupPath(pathname: string): GroupPath | undefined {
  const steps = pathname
    .split("/")
    .filter((step) => step !== "")
    .map((step) => decodeStep(step));
  const [root, first, second] = steps;
  if (root === "api" && first !== undefined) return { group: "", version: first, rest: steps.slice(2) };
  if (root === "apis" && first !== undefined && second !== undefined) {
    return { group: first, version: second, rest: steps.slice(3) };
  }
  return undefined;
}

function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw badRequest(`the path has an escape that is none: ${step}`);
  }
}

/** What a path below a group and version addresses. 404 for what is not served. */
export function resourceRoute(registry: ResourceRegistry, path: GroupPath): ResourceRoute {
  let { rest } = path;
  let namespace: string | undefined;
  if (rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize") {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = "", name = "", subresource = "", ...beyond] = rest;
  const type = registry.find(path.group, path.version, plural);
  const served = type === undefined ? undefined : servedVersion(type, path.version);
  if (type === undefined || served === undefined || beyond.length > 0) throw new UnknownPath();
  const misplaced = type.namespaced ? namespace === undefined && name !== "" : namespace !== undefined;
  if (misplaced || (subresource !== "" && !(subresource === "status" && served.status)))
    throw new UnknownPath();
  const known = subresource === "status" ? "status" : "";
  return { target: { type, version: path.version, namespace, name, subresource: known }, served };
}
