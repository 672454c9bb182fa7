import type { PinnedRevision } from "../core/settings.ts";
import { hasStatus } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { controllerRevisions } from "../k8s/resource.ts";
import type { JsonObject } from "../model/json.ts";
import type { Revision } from "../model/revision.ts";
import { hashAnnotation, hashWithoutImageAnnotation, type SidecarSet } from "../model/sidecarset.ts";
import type { Normalizer } from "../policy/normalizer.ts";

/** What pinned revisions are read with. */
export interface PinnedRevisionsOptions {
  readonly client: Pick<ApiClient, "get">;
  readonly normalizer: Pick<Normalizer, "normalizeOnce">;
}

const members = ["containers", "initContainers", "volumes", "imagePullSecrets", "patchPodMetadata"] as const;

/** The contents of the revisions that new Pods are to get, one a set; the cache keeps only digests of all others. */
export class PinnedRevisions {
  readonly #options: PinnedRevisionsOptions;
  readonly #pinned = new Map<string, { readonly uid: string; readonly revision: PinnedRevision }>();

  constructor(options: PinnedRevisionsOptions) {
    this.#options = options;
  }

  /** Undefined until it has been fetched. */
  get({ set, uid }: Revision): PinnedRevision | undefined {
    const pinned = this.#pinned.get(set);
    return pinned?.uid === uid ? pinned.revision : undefined;
  }

  /** Reads a revision unless it is here; its data never changes. */
  async fetch(revision: Revision, set: SidecarSet, signal: AbortSignal): Promise<void> {
    if (this.get(revision) !== undefined) return;
    const { namespace, name, uid } = revision;
    try {
      const object = await this.#options.client.get(controllerRevisions, { namespace, name }, { signal });
      this.#pinned.set(revision.set, { uid, revision: this.#read(object, set) });
    } catch (error) {
      // Deleted meanwhile; the cache is about to say so.
      if (!hasStatus(error, 404)) throw error;
    }
  }

  forget(set: string): void {
    this.#pinned.delete(set);
  }

  #read(object: JsonObject, set: SidecarSet): PinnedRevision {
    const metadata = objectOf(object, "metadata");
    const data = objectOf(objectOf(object, "data"), "spec");
    const spec = Object.fromEntries(
      members.flatMap((member) =>
        data[member] === undefined || data[member] === null ? [] : [[member, data[member]]],
      ),
    );
    const annotations = objectOf(metadata, "annotations");
    const hash = textOf(annotations, hashAnnotation);
    const hashWithoutImage = textOf(annotations, hashWithoutImageAnnotation);
    const name = textOf(metadata, "name");
    if (hash !== "" && hashWithoutImage !== "") return { name, hash, hashWithoutImage, spec };
    return { name, ...this.#hashesOf(set, spec), spec };
  }

  /** Revisions from before OpenKruise wrote hashes on them have none. */
  #hashesOf(set: SidecarSet, revised: JsonObject): Pick<PinnedRevision, "hash" | "hashWithoutImage"> {
    const { selector } = set.spec;
    const spec = { ...(selector && { selector }), ...revised, updateStrategy: { type: "NotUpdate" } };
    const normalization = this.#options.normalizer.normalizeOnce({ ...set, spec });
    if (normalization.kind === "invalid") return { hash: "", hashWithoutImage: "" };
    const { hash, hashWithoutImage } = normalization.normalized;
    return { hash, hashWithoutImage };
  }
}
