import { customVersionOf, type NamedObject, type NewRevision, revisionObject } from "../core/revision.ts";
import { hasStatus } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { revisionFromJson } from "../k8s/codec/revision-codec.ts";
import { controllerRevisions } from "../k8s/resource.ts";
import type { Store } from "../k8s/store.ts";
import type { JsonObject } from "../model/json.ts";
import { customVersionLabel, type Revision } from "../model/revision.ts";
import type { SidecarSet } from "../model/sidecarset.ts";

/** What a revision writer works with. */
export interface RevisionWriterOptions {
  readonly client: Pick<ApiClient, "get" | "create" | "patch" | "delete">;
  /** Is given every answer at once, so that the next pass sees what this one wrote. */
  readonly store: Store<Revision>;
  /** Namespace of the revisions. */
  readonly namespace: string;
}

/** More collisions in a row than chance can make. */
const mostCollisions = 100;

/** The writes to ControllerRevisions. Each rejects with what the server or the connection said. */
export class RevisionWriter {
  readonly #options: RevisionWriterOptions;

  constructor(options: RevisionWriterOptions) {
    this.#options = options;
  }

  /** Creates a revision. Other data under its name counts as a collision; the same data is taken as it is. */
  async create(
    set: SidecarSet,
    revision: Omit<NewRevision, "namespace">,
    digest: string,
    signal: AbortSignal,
  ): Promise<{ readonly latest: Revision; readonly collisionCount: number }> {
    const { namespace } = this.#options;
    const last = revision.collisionCount + mostCollisions;
    for (let { collisionCount } = revision; collisionCount < last; collisionCount++) {
      const object = revisionObject(set, { ...revision, collisionCount, namespace });
      const latest = await this.createOrGet(object, signal);
      if (latest.digest === digest) return { latest, collisionCount };
    }
    throw new Error(
      `ControllerRevision of SidecarSet ${set.metadata.name}: ${mostCollisions} names are taken`,
    );
  }

  /** The revision as it is on the server, which may have had another one of that name. */
  async createOrGet(object: NamedObject, signal: AbortSignal): Promise<Revision> {
    const { client, namespace } = this.#options;
    try {
      return this.#keep(await client.create(controllerRevisions, { namespace }, object, { signal }));
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
      const { name } = object.metadata;
      return this.#keep(await client.get(controllerRevisions, { namespace, name }, { signal }));
    }
  }

  /** Gives a revision a new number. */
  bump(revision: Revision, number: number, signal: AbortSignal): Promise<Revision> {
    return this.#patch(revision, { revision: number }, signal);
  }

  /** Labels a revision with the set's custom version, unless the set has none. */
  async label(revision: Revision, set: SidecarSet, signal: AbortSignal): Promise<Revision> {
    const version = customVersionOf(set);
    if (version === undefined || version === revision.customVersion) return revision;
    return this.#patch(revision, { metadata: { labels: { [customVersionLabel]: version } } }, signal);
  }

  async remove(revision: Revision, signal: AbortSignal): Promise<void> {
    const { client, namespace, store } = this.#options;
    const { name, uid } = revision;
    try {
      await client.delete(controllerRevisions, { namespace, name }, { signal, uid });
    } catch (error) {
      // Gone already, or another one has its name.
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
    }
    store.remove(revision);
  }

  async #patch(
    { name, uid }: Revision,
    change: JsonObject & { readonly metadata?: JsonObject },
    signal: AbortSignal,
  ): Promise<Revision> {
    const { client, namespace } = this.#options;
    const body = { ...change, metadata: { ...change.metadata, uid } };
    const patch = { kind: "merge", body } as const;
    return this.#keep(await client.patch(controllerRevisions, { namespace, name }, patch, { signal }));
  }

  #keep(object: JsonObject): Revision {
    const revision = revisionFromJson(object);
    this.#options.store.put(revision);
    return revision;
  }
}
