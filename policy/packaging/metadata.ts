import { parse } from "yaml";

/** Objects that a policy is asked about. */
export interface Rule {
  apiGroups: string[];
  apiVersions: string[];
  resources: string[];
  operations: string[];
}

/** A kind that a policy may read from the cluster. */
export interface ContextAwareResource {
  apiVersion: string;
  kind: string;
}

/** policy/metadata.yml. */
export interface Metadata {
  rules: Rule[];
  mutating: boolean;
  backgroundAudit: boolean;
  executionMode: string;
  policyType: string;
  contextAwareResources: ContextAwareResource[];
  hostCapabilities: string[];
  minimumKubewardenVersion: string;
  annotations: Record<string, string>;
}

const MEMBERS: Readonly<Record<keyof Metadata, "array" | "boolean" | "string" | "object">> = {
  rules: "array",
  mutating: "boolean",
  backgroundAudit: "boolean",
  executionMode: "string",
  policyType: "string",
  contextAwareResources: "array",
  hostCapabilities: "array",
  minimumKubewardenVersion: "string",
  annotations: "object",
};

/**
 * Reads metadata.yml. Kubewarden ignores members that it does not know, so a misspelt one would be lost without a word:
 * here every member must be known and present. Throws an error that names the member.
 */
export function parseMetadata(text: string): Metadata {
  const metadata: Metadata = parse(text);
  const found = new Map(Object.entries(metadata));
  for (const name of found.keys()) {
    if (!(name in MEMBERS)) throw new Error(`metadata.yml: ${name}: not a member that Kubewarden reads`);
  }
  for (const [name, type] of Object.entries(MEMBERS)) {
    const value = found.get(name);
    const shape = Array.isArray(value) ? "array" : typeof value;
    if (shape !== type) throw new Error(`metadata.yml: ${name}: expected ${type}, got ${shape}`);
  }
  for (const [key, value] of Object.entries(metadata.annotations)) {
    if (typeof value !== "string") throw new Error(`metadata.yml: annotations: ${key}: expected a string`);
  }
  return metadata;
}

/** An annotation that must be there. Throws an error that names the key. */
export function annotation(metadata: Metadata, key: string): string {
  const value = metadata.annotations[key];
  if (value === undefined || value === "")
    throw new Error(`metadata.yml: annotations: ${key}: expected a value`);
  return value;
}
