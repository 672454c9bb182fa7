import { type ResourceType, resourceKey, servedVersion } from "./resource-type.ts";

/** The resources that are served at this moment. */
export class ResourceRegistry {
  private readonly types = new Map<string, ResourceType>();

  constructor(types: readonly ResourceType[]) {
    for (const type of types) this.add(type);
  }

  /** Serves a resource, in place of one with the same group and plural. */
  add(type: ResourceType): void {
    this.types.set(resourceKey(type), type);
  }

  remove(type: ResourceType): void {
    this.types.delete(resourceKey(type));
  }

  all(): ResourceType[] {
    return [...this.types.values()];
  }

  /** By store key: `pods`, `sidecarsets.apps.kruise.io`. */
  byKey(key: string): ResourceType | undefined {
    return this.types.get(key);
  }

  /** By URL: undefined unless that version of that resource is served. */
  find(group: string, version: string, plural: string): ResourceType | undefined {
    const type = this.types.get(resourceKey({ group, plural }));
    return type !== undefined && servedVersion(type, version) !== undefined ? type : undefined;
  }

  /** By the apiVersion and kind of an object. */
  ofKind(apiVersion: string, kind: string): ResourceType | undefined {
    const [first = "", second] = apiVersion.split("/");
    const [group, version] = second === undefined ? ["", first] : [first, second];
    return this.all().find(
      (type) => type.group === group && type.kind === kind && servedVersion(type, version) !== undefined,
    );
  }

  /** Served versions by group, the preferred one first; "" is the core group. */
  groups(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const type of this.types.values()) {
      const versions = groups.get(type.group) ?? [];
      for (const { name } of type.versions) if (!versions.includes(name)) versions.push(name);
      groups.set(type.group, versions.sort(compareVersions));
    }
    return groups;
  }
}

/** Kubernetes' order of preference: v2 before v1 before v1beta2 before v1beta1 before v1alpha1. */
export function compareVersions(left: string, right: string): number {
  return rank(right) - rank(left);
}

function rank(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return -1;
  const [, major = "0", stage, minor = "0"] = match;
  const level = stage === undefined ? 2 : stage === "beta" ? 1 : 0;
  return level * 1_000_000 + Number(major) * 1000 + Number(minor);
}
