import type { SetDocument } from "../core/set-document.ts";
import { settingsEntry } from "../core/settings.ts";
import type { NormalizedSidecarSet } from "../core/sidecars.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Normalizer } from "../policy/normalizer.ts";
import type { RevisionHistory, SetHistory } from "./revision-history.ts";

/** What documents are made from. */
export interface SetDocumentsOptions {
  readonly normalizer: Pick<Normalizer, "normalize">;
  readonly history: Pick<RevisionHistory, "find" | "problemOf">;
}

interface Known {
  readonly history: SetHistory | undefined;
  readonly problem: string | undefined;
  readonly document: SetDocument;
}

/**
 * Makes of each SidecarSet the document that the policy injects from, whichever way it is delivered. A set's revision is
 * recorded first, so that a Pod never carries a state that its record cannot name.
 */
export class SetDocuments {
  readonly #options: SetDocumentsOptions;
  readonly #known = new WeakMap<NormalizedSidecarSet, Known>();

  constructor(options: SetDocumentsOptions) {
    this.#options = options;
  }

  /** The same object until the set or its history changes. */
  of(set: SidecarSet): SetDocument {
    const { normalizer, history } = this.#options;
    const normalization = normalizer.normalize(set);
    if (normalization.kind === "invalid") return normalization;
    const { normalized } = normalization;
    const found = history.find(set, normalized);
    const problem = history.problemOf(normalized);
    const known = this.#known.get(normalized);
    if (known !== undefined && known.history === found && known.problem === problem) return known.document;
    const document = documentOf(normalized, found, problem);
    this.#known.set(normalized, { history: found, problem, document });
    return document;
  }
}

function documentOf(
  { set }: NormalizedSidecarSet,
  history: SetHistory | undefined,
  historyProblem: string | undefined,
): SetDocument {
  if (history === undefined && historyProblem === undefined) return { kind: "pending" };
  const pin = history?.pin;
  const pinned = pin?.kind === "found" ? pin.revision : undefined;
  return {
    kind: "ready",
    entry: settingsEntry(set, { latest: history?.latest, pinned }),
    pinned: pinned?.name,
    missing: pin?.kind === "missing" ? pin : undefined,
    historyProblem,
  };
}
