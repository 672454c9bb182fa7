import { ListResources, isArray, listAllResources, member } from "@kubewarden/as-sdk/assembly";

/** The SidecarSets that a set is compared with. */
export class OtherSets {
  constructor(
    /** A JSON array, or 0 when they are not known. */
    public readonly items: usize,
    /** Why they are not known; empty when they are. */
    public readonly problem: string,
  ) {}
}

/**
 * Asks the host for the SidecarSets of the cluster; where it does not tell, those of the settings stand in.
 * `configured` is the JSON array of the settings, or 0.
 */
export function readOtherSets(configured: usize): OtherSets {
  const result = listAllResources(new ListResources("apps.kruise.io/v1beta1", "SidecarSet"));
  const items: usize = result.isError ? 0 : member(result.value, "items");
  if (isArray(items)) return new OtherSets(items, "");
  if (isArray(configured)) return new OtherSets(configured, "");
  return new OtherSets(0, result.isError ? result.error : "the host answered no list");
}
