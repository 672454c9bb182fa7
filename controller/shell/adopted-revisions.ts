import type { NamedObject } from "../core/revision.ts";
import { ApiError } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { revisionFromJson } from "../k8s/codec/revision-codec.ts";
import { controllerRevisions } from "../k8s/resource.ts";
import type { JsonObject } from "../model/json.ts";
import { type Revision, setNameLabel } from "../model/revision.ts";
import type { SidecarSet } from "../model/sidecarset.ts";
import type { Logger } from "../observability/logger.ts";
import type { RevisionWriter } from "./revision-writer.ts";

/** What revisions are taken over with. */
export interface AdoptedRevisionsOptions {
  readonly client: Pick<ApiClient, "list">;
  readonly writer: Pick<RevisionWriter, "createOrGet">;
  /** Where OpenKruise keeps revisions; undefined to take none over. */
  readonly namespace: string | undefined;
  /** Whether there is such a namespace. */
  readonly hasNamespace: (name: string) => boolean;
  readonly logger: Logger;
}

interface Foreign {
  readonly revision: Revision;
  readonly object: JsonObject;
}

/**
 * Copies the revisions that OpenKruise has kept of the sets that are still there, under their names and numbers, so that
 * names recorded in Pods and written in injection strategies stay valid when OpenKruise's namespace is gone. The originals
 * stay. They are listed once, when the first set asks.
 */
export class AdoptedRevisions {
  readonly #options: AdoptedRevisionsOptions;
  #foreign: Promise<ReadonlyMap<string, readonly Foreign[]>> | undefined;
  readonly #done = new Set<string>();

  constructor(options: AdoptedRevisionsOptions) {
    this.#options = options;
  }

  /** Copies what a set lacks, unless its history has gone on here since. */
  async takeOver({ metadata }: SidecarSet, own: readonly Revision[], signal: AbortSignal): Promise<void> {
    const { namespace, hasNamespace, writer, logger } = this.#options;
    const { name, uid } = metadata;
    if (namespace === undefined || !hasNamespace(namespace) || this.#done.has(uid)) return;
    const foreign = (await this.#list(namespace, signal)).get(uid) ?? [];
    const newest = own.at(-1)?.revision ?? 0;
    const isContinued = foreign.every(({ revision }) => revision.revision < newest);
    const names = new Set(own.map((revision) => revision.name));
    const missing = isContinued ? [] : foreign.filter(({ revision }) => !names.has(revision.name));
    for (const { revision, object } of missing) {
      logger.info(
        { SidecarSet: name, ControllerRevision: revision.name, from: namespace },
        "Taking over revision",
      );
      await writer.createOrGet(copyOf(object), signal);
    }
    this.#done.add(uid);
  }

  #list(namespace: string, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Foreign[]>> {
    this.#foreign ??= this.#read(namespace, signal).catch((error: unknown) => {
      this.#foreign = undefined;
      throw error;
    });
    return this.#foreign;
  }

  async #read(namespace: string, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Foreign[]>> {
    const { client, logger } = this.#options;
    try {
      const query = { labelSelector: setNameLabel };
      const objects = await client.list(controllerRevisions, query, { namespace, signal });
      const foreign = objects.map((object) => ({ object, revision: revisionFromJson(object) }));
      return Map.groupBy(foreign, ({ revision }) => revision.owner ?? "");
    } catch (err) {
      if (!(err instanceof ApiError) || ![403, 404].includes(err.status)) throw err;
      logger.info({ namespace, err }, "Revisions of OpenKruise cannot be read, taking none over");
      return new Map();
    }
  }
}

function copyOf(object: JsonObject): NamedObject {
  const metadata = objectOf(object, "metadata");
  const { labels, annotations, ownerReferences } = metadata;
  const { apiVersion = "apps/v1", kind = "ControllerRevision", data, revision } = object;
  const kept = { name: textOf(metadata, "name"), labels, annotations, ownerReferences };
  return { apiVersion, kind, metadata: kept, data, revision };
}
