import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Client } from "./api/client.ts";
import { type Json, type JsonObject, isObject, shown } from "./json/value.ts";

/** The objects of all YAML files in a directory, at any depth, in the order of their paths. */
export function readManifests(directory: string): JsonObject[] {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".yaml"),
  );
  return files.sort().flatMap((file) => readManifest(join(directory, file)));
}

/** The objects of one YAML file. Kustomizations are not objects and left out. */
export function readManifest(file: string): JsonObject[] {
  return parseAllDocuments(readFileSync(file, "utf8"))
    .map((document): Json => document.toJS())
    .filter(isObject)
    .filter((object) => object["kind"] !== "Kustomization");
}

const first = ["CustomResourceDefinition", "Namespace", "PolicyServer"];

/** Applies objects as `kubectl apply --server-side` would, definitions and namespaces first. */
export function applyManifests(client: Client, objects: readonly JsonObject[]): void {
  const rank = (object: JsonObject): number => {
    const index = first.indexOf(shown(object["kind"]));
    return index < 0 ? first.length : index;
  };
  const applier = client.as("kubectl");
  for (const object of objects.toSorted((left, right) => rank(left) - rank(right))) applier.apply(object);
}
