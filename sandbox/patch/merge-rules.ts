/** How a list merges: as a map by key members, as a set of scalars, or not at all. */
export type ListRule = { readonly keys: readonly [string, ...string[]] } | "set" | "atomic";

/** How one kind of object merges. Paths are member names, without indexes and keys of lists. */
export interface MergeRules {
  list(path: readonly string[]): ListRule;
  /** Whether the object at a path is owned and replaced whole. */
  isAtomic(path: readonly string[]): boolean;
  /** Whether who adds the object or list at a path owns it beside what is in it. */
  isOwnField(path: readonly string[]): boolean;
}

/**
 * Lists of the built-in kinds that merge by key, by the name of the member that holds them. The first key is
 * the one of strategic merge patches; server-side apply uses all of them. A list that is not here is replaced
 * whole, `status.containerStatuses` among them.
 */
const builtin: Readonly<Record<string, ListRule>> = {
  containers: { keys: ["name"] },
  initContainers: { keys: ["name"] },
  ephemeralContainers: { keys: ["name"] },
  volumes: { keys: ["name"] },
  env: { keys: ["name"] },
  volumeMounts: { keys: ["mountPath"] },
  volumeDevices: { keys: ["devicePath"] },
  imagePullSecrets: { keys: ["name"] },
  resourceClaims: { keys: ["name"] },
  secrets: { keys: ["name"] },
  conditions: { keys: ["type"] },
  addresses: { keys: ["type"] },
  hostAliases: { keys: ["ip"] },
  podIPs: { keys: ["ip"] },
  topologySpreadConstraints: { keys: ["topologyKey", "whenUnsatisfiable"] },
  ownerReferences: { keys: ["uid"] },
  finalizers: "set",
};

/** Objects of the built-in kinds that do not merge in server-side apply, by the name of the member that holds them. */
const atomic = new Set([
  "selector",
  "labelSelector",
  "namespaceSelector",
  "nodeSelector",
  "fieldRef",
  "resourceFieldRef",
  "configMapKeyRef",
  "secretKeyRef",
  "involvedObject",
]);

/** Objects of the built-in kinds whose keys users choose. */
const maps = new Set(["labels", "annotations", "data", "binaryData", "stringData", "limits", "requests"]);

/** The rules of the built-in kinds. */
export const builtinMergeRules: MergeRules = {
  list: (path) => {
    const member = path.at(-1) ?? "";
    if (member === "ports") {
      // Containers and Services both have `ports`, with different keys.
      return { keys: [path.length === 2 ? "port" : "containerPort", "protocol"] };
    }
    return builtin[member] ?? "atomic";
  },
  isAtomic: (path) => atomic.has(path.at(-1) ?? ""),
  isOwnField: (path) => maps.has(path.at(-1) ?? ""),
};
