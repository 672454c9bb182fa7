import { PolicyError, type PolicyModule } from "@kubewarden/as-sdk/host";
import { withHashes, type NormalizedSidecarSet } from "../core/sidecars.ts";
import { isJsonObject } from "../model/json.ts";
import type { SidecarSet } from "../model/sidecarset.ts";

/** A set as the policy reads it, or every problem that it has with it, one a line. */
export type Normalization =
  | { readonly kind: "normalized"; readonly normalized: NormalizedSidecarSet }
  | { readonly kind: "invalid"; readonly problems: string };

/** What the normalizer asks of the policy. */
export type AdmissionPolicy = Pick<PolicyModule, "validate">;

interface Known {
  readonly fingerprint: string;
  readonly normalization: Normalization;
}

/**
 * Has the policy default, check and fingerprint SidecarSets, so that those written without admission are treated as all
 * others. Answers are kept by uid until spec, labels or annotations change; status writes ask nothing.
 */
export class Normalizer {
  readonly #policy: AdmissionPolicy;
  readonly #known = new Map<string, Known>();

  constructor(policy: AdmissionPolicy) {
    this.#policy = policy;
  }

  /** Answers the same object until the set changes. Never throws: a policy that fails makes the set invalid. */
  normalize(set: SidecarSet): Normalization {
    const { uid, generation, labels, annotations } = set.metadata;
    const fingerprint = JSON.stringify([generation, labels, annotations]);
    const known = this.#known.get(uid);
    if (known?.fingerprint === fingerprint) return known.normalization;
    const normalization = this.normalizeOnce(set);
    this.#known.set(uid, { fingerprint, normalization });
    return normalization;
  }

  /** Forgets a set that is gone. */
  forget(uid: string): void {
    this.#known.delete(uid);
  }

  /** The same for an object that is not in the cluster as it is; nothing is kept. */
  normalizeOnce(set: SidecarSet): Normalization {
    try {
      const answer = this.#policy.validate(admissionRequest(set), {});
      if (!answer.accepted)
        return { kind: "invalid", problems: answer.message ?? "the policy gave no reason" };
      const object = answer.mutated_object ?? set;
      const normalized = isSidecarSet(object) ? withHashes(object) : undefined;
      if (normalized !== undefined) return { kind: "normalized", normalized };
      return { kind: "invalid", problems: "the policy gave no hashes: is it a SidecarSet policy?" };
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      return { kind: "invalid", problems: `the policy failed: ${error.message}` };
    }
  }
}

/** The policy answers the object it was sent with members added, so a name is enough to tell. */
function isSidecarSet(object: unknown): object is SidecarSet {
  return isJsonObject(object) && isJsonObject(object["metadata"]) && isJsonObject(object["spec"]);
}

/** The request that the API server would send for this set if it were created now. */
function admissionRequest(set: SidecarSet): Readonly<Record<string, unknown>> {
  const { status: _, ...object } = set;
  const [group, version] = ["apps.kruise.io", set.apiVersion.slice(set.apiVersion.indexOf("/") + 1)];
  const kind = { group, version, kind: "SidecarSet" };
  const resource = { group, version, resource: "sidecarsets" };
  return {
    uid: set.metadata.uid,
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    name: set.metadata.name,
    operation: "CREATE",
    userInfo: { username: "sidecarset-controller" },
    object,
    dryRun: true,
  };
}
