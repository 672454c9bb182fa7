import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

/** Root of the repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

// oxlint-disable-next-line typescript/no-explicit-any -- tests reach into manifests of many kinds
type Yaml = any;

/** A Kubernetes object as the tests look at it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: Yaml;
  [member: string]: Yaml;
}

/** A manifest and the file that it is in, relative to the root. */
export interface ManifestFile {
  file: string;
  manifest: Manifest;
}

/** The manifests in a folder of the repository, kustomizations left out. */
export function manifestsIn(folder: string): ManifestFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml") && entry.name !== "kustomization.yaml")
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .flatMap((file) => documents(file).map((manifest) => ({ file, manifest })));
}

/** The only manifest of this kind and name under policy/manifests. */
export function theManifest(kind: string, name: string): Manifest {
  const found = manifestsIn("policy/manifests").filter(
    (it) => it.manifest.kind === kind && it.manifest.metadata.name === name,
  );
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${kind} ${name}: found ${found.length}, expected 1`);
  return found[0].manifest;
}

const parsed = new Map<string, Manifest[]>();

function documents(file: string): Manifest[] {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const manifests = parseAllDocuments(readFileSync(join(root, file), "utf8"), { strict: true }).map(
    (document) => {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join("; ")}`);
      return document.toJS();
    },
  );
  parsed.set(file, manifests);
  return manifests;
}
