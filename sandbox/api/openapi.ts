import type { ResourceRegistry } from "../core/resource-registry.ts";
import { type ResourceType, groupVersion, servedVersion } from "../core/resource-type.ts";
import type { JsonObject } from "../json/value.ts";

/*
 * kubectl asks for OpenAPI documents only to learn whether PATCH takes `dryRun` and `fieldValidation`, and how
 * lists of a kind merge (it knows that for built-in kinds). So the documents have paths and no schemas.
 */

/** `GET /openapi/v3`: one document for each served group and version. */
export function openapiIndex(registry: ResourceRegistry): JsonObject {
  const paths: JsonObject = {};
  for (const [group, versions] of registry.groups()) {
    for (const version of versions) {
      const path = prefix(group, version);
      paths[path.slice(1)] = { serverRelativeURL: `/openapi/v3${path}?hash=sandbox` };
    }
  }
  return { paths };
}

/** `GET /openapi/v3/...`, or undefined when that version is not served. */
export function openapiDocument(
  registry: ResourceRegistry,
  group: string,
  version: string,
): JsonObject | undefined {
  const types = registry
    .all()
    .filter((type) => type.group === group && servedVersion(type, version) !== undefined);
  if (types.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "sandbox", version: "v1.32.0" },
    paths: Object.fromEntries(types.map((type) => [objectPath(type, version), operations(type, version)])),
    components: { schemas: {} },
  };
}

function prefix(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${groupVersion(group, version)}`;
}

function objectPath(type: ResourceType, version: string): string {
  const namespace = type.namespaced ? "/namespaces/{namespace}" : "";
  return `${prefix(type.group, version)}${namespace}/${type.plural}/{name}`;
}

function operations(type: ResourceType, version: string): JsonObject {
  const parameter = (name: string): JsonObject => ({
    name,
    in: "query",
    schema: { type: "string", uniqueItems: true },
  });
  return {
    patch: {
      "x-kubernetes-action": "patch",
      "x-kubernetes-group-version-kind": { group: type.group, kind: type.kind, version },
      parameters: ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => parameter(name)),
      responses: { "200": { description: "OK" } },
    },
  };
}
