import { compareText, decode } from "@kubewarden/as-sdk/assembly/json";

/** A SidecarSet of the settings that may concern a Pod, with what decides its turn. */
export class Candidate {
  constructor(
    public readonly set: usize,
    /** Where it stands in the settings. */
    public readonly index: i32,
    /** JSON string, or 0 when the set has no name. */
    public readonly name: usize,
    public readonly namesItsNamespaces: bool,
  ) {}

  /** How messages call it. */
  toString(): string {
    return this.name == 0 ? `sidecarSets[${this.index}]` : `sidecarset ${decode(this.name)}`;
  }
}

/**
 * The order in which SidecarSets apply to a Pod: those restricted to namespaces by name first, then bytewise by
 * name; sets of one name keep the order of the settings.
 *
 * Insertion, because the settings are written in this order already and few sets match one Pod.
 */
export function inOrder(candidates: Array<Candidate>): Array<Candidate> {
  for (let i = 1; i < candidates.length; i++) {
    const candidate = candidates[i];
    let at = i;
    while (at > 0 && comesBefore(candidate, candidates[at - 1])) {
      candidates[at] = candidates[at - 1];
      at--;
    }
    candidates[at] = candidate;
  }
  return candidates;
}

function comesBefore(a: Candidate, b: Candidate): bool {
  if (a.namesItsNamespaces != b.namesItsNamespaces) return a.namesItsNamespaces;
  return compareText(a.name, b.name) < 0;
}
