/** How a list merges: as a map by key members, as a set of scalars, or not at all. */
export type ListRule = { readonly keys: readonly [string, ...string[]] } | "set" | "atomic";

/** Answers for one kind of object how the list at a path of member names (without indexes) merges. */
export type MergeRules = (path: readonly string[]) => ListRule;

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

/** The rules of the built-in kinds. */
export const builtinMergeRules: MergeRules = (path) => {
  const member = path.at(-1) ?? "";
  if (member === "ports") {
    // Containers and Services both have `ports`, with different keys.
    return { keys: [path.length === 2 ? "port" : "containerPort", "protocol"] };
  }
  return builtin[member] ?? "atomic";
};
