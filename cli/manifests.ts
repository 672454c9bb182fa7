import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseAllDocuments } from "yaml";

/** A Kubernetes object as a manifest holds it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  /** Whatever the kind has there; readers narrow it. */
  readonly spec?: object;
  readonly items?: readonly unknown[];
  readonly [field: string]: unknown;
}

/** Tells which input is at fault; the command line prints it without a stack and exits with 2. */
export class InputError extends Error {}

/**
 * Reads every object of the given files: YAML or JSON, any number of documents, `List` kinds flattened. A folder stands
 * for the `.yaml`, `.yml` and `.json` files directly in it, in name order; `-` is standard input.
 */
export async function readManifests(paths: readonly string[]): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    for (const file of await filesAt(path)) manifests.push(...parse(await readSource(file), file));
  }
  return manifests;
}

async function filesAt(path: string): Promise<string[]> {
  if (path === "-") return [path];
  const entry = await stat(path).catch(() => {
    throw new InputError(`${path}: no such file or folder`);
  });
  if (!entry.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  return names.map((name) => join(path, name));
}

async function readSource(file: string): Promise<string> {
  return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
}

function parse(source: string, file: string): Manifest[] {
  const manifests: Manifest[] = [];
  for (const document of parseAllDocuments(source)) {
    const [error] = document.errors;
    if (error) throw new InputError(`${file}: ${error.message}`);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    manifests.push(...flatten(value, file));
  }
  return manifests;
}

function flatten(value: unknown, file: string): Manifest[] {
  if (!isManifest(value)) {
    throw new InputError(`${file}: expected an object with apiVersion, kind and metadata`);
  }
  if (value.kind !== "List") return [value];
  return (value.items ?? []).flatMap((item) => flatten(item, file));
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== "object" || value === null) return false;
  if (!("apiVersion" in value && typeof value.apiVersion === "string")) return false;
  if (!("kind" in value && typeof value.kind === "string")) return false;
  if (value.kind === "List") return "items" in value && Array.isArray(value.items);
  return "metadata" in value && typeof value.metadata === "object" && value.metadata !== null;
}
