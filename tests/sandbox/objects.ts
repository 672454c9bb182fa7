import type { JsonObject } from "../../sandbox/json/value.ts";

/** A Pod manifest with one container per image, named c0, c1, ... */
export function pod(
  name: string,
  images: readonly string[] = ["nginx:1.15.1"],
  spec: JsonObject = {},
): JsonObject {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers, ...spec } };
}

/** A ConfigMap manifest. */
export function configMap(name: string, labels: Record<string, string> = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels }, data: { key: name } };
}

/** A definition of `Widget`s in `example.test`, served as v1 and v1beta1, with a status subresource. */
export function widgetDefinition(): JsonObject {
  const schema: JsonObject = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        required: ["size"],
        properties: {
          size: { type: "integer", minimum: 1, maximum: 10 },
          colour: { type: "string", enum: ["red", "blue"], default: "red" },
          name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
          limit: { "x-kubernetes-int-or-string": true },
          free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          parts: {
            type: "array",
            maxItems: 3,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            items: {
              type: "object",
              required: ["name"],
              properties: { name: { type: "string" }, weight: { type: "integer", default: 1 } },
            },
          },
          tags: { type: "array", items: { type: "string" } },
          labels: { type: "object", additionalProperties: { type: "string" } },
          note: { type: "string", nullable: true },
        },
      },
      status: { type: "object", properties: { ready: { type: "integer" } } },
    },
  };
  const version = (name: string, storage: boolean): JsonObject => ({
    name,
    served: true,
    storage,
    subresources: { status: {} },
    additionalPrinterColumns: [
      { name: "Size", type: "integer", jsonPath: ".spec.size" },
      { name: "Ready", type: "integer", jsonPath: ".status.ready", priority: 1 },
    ],
    schema: { openAPIV3Schema: schema },
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.test" },
    spec: {
      group: "example.test",
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", shortNames: ["wd"] },
      versions: [version("v1beta1", false), version("v1", true)],
    },
  };
}

/** A Widget manifest. */
export function widget(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: "example.test/v1", kind: "Widget", metadata: { name }, spec };
}
