import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ResourceType, groupVersion, servedVersion } from "../core/resource-type.ts";
import type { JsonObject } from "../json/value.ts";

/** `GET /api`. */
export function coreVersions(): JsonObject {
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
}

/** `GET /apis`. */
export function groupList(registry: ResourceRegistry): JsonObject {
  const groups = [...registry.groups()].filter(([group]) => group !== "");
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: groups.map(([group, versions]) => groupBody(group, versions)),
  };
}

/** `GET /apis/<group>`, or undefined when nothing in it is served. */
export function group(registry: ResourceRegistry, name: string): JsonObject | undefined {
  const versions = registry.groups().get(name);
  return versions === undefined
    ? undefined
    : { kind: "APIGroup", apiVersion: "v1", ...groupBody(name, versions) };
}

/** `GET /api/v1` and `GET /apis/<group>/<version>`, or undefined when that version is not served. */
export function resourceList(
  registry: ResourceRegistry,
  groupName: string,
  version: string,
): JsonObject | undefined {
  const types = registry
    .all()
    .filter((type) => type.group === groupName && servedVersion(type, version) !== undefined);
  if (types.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion(groupName, version),
    resources: types.flatMap((type) => resourceEntries(type, version)),
  };
}

/** `GET /version`. */
export function serverVersion(minor: number): JsonObject {
  return {
    major: "1",
    minor: String(minor),
    gitVersion: `v1.${minor}.0+sandbox`,
    gitCommit: "",
    gitTreeState: "",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "none",
    compiler: "none",
    platform: `node/${process.version}`,
  };
}

function groupBody(name: string, versions: readonly string[]): JsonObject {
  const list = versions.map((version) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions: list, preferredVersion: list[0] ?? {} };
}

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

function resourceEntries(type: ResourceType, version: string): JsonObject[] {
  const { plural, singular, kind, namespaced, shortNames, categories } = type;
  const entry: JsonObject = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
  };
  if (servedVersion(type, version)?.status !== true) return [entry];
  const status = {
    name: `${plural}/status`,
    singularName: "",
    namespaced,
    kind,
    verbs: ["get", "patch", "update"],
  };
  return [entry, status];
}
