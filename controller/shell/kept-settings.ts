import { type LiveSettings, readLiveSettings } from "../core/settings.ts";
import { ApiError, ConnectionError, hasStatus } from "../k8s/api-error.ts";
import type { ApiClient } from "../k8s/client.ts";
import { objectOf, textOf } from "../k8s/codec/json-codec.ts";
import { controllerRevisions } from "../k8s/resource.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { Logger } from "../observability/logger.ts";

/** Label of the ControllerRevisions that keep settings. */
const keptLabel = "sidecarset-kubewarden/kept";

/** What kept settings are written with. */
export interface KeptSettingsOptions {
  readonly client: Pick<ApiClient, "list" | "create" | "delete">;
  /** Namespace of the ControllerRevisions. */
  readonly namespace: string;
  /** Name of the ClusterAdmissionPolicy. */
  readonly policy: string;
  readonly logger: Logger;
}

interface Kept {
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  /** Uid of the policy that they belong to. */
  readonly owner: string;
  readonly settings: LiveSettings;
}

/**
 * The settings that a PolicyServer was last seen to run with, kept in a ControllerRevision for a controller that comes
 * after this one. Written once for each settings that run, so no more often than the settings themselves.
 */
export class KeptSettings {
  readonly #options: KeptSettingsOptions;
  /** Newest first; undefined until they were read. More than one only after a process died between two requests. */
  #kept: readonly Kept[] | undefined;

  constructor(options: KeptSettingsOptions) {
    this.#options = options;
  }

  /** Asks the server the first time; undefined when there are none. */
  async recall(signal: AbortSignal): Promise<LiveSettings | undefined> {
    this.#kept ??= await this.#read(signal);
    return this.#kept[0]?.settings;
  }

  /**
   * Keeps these and no others. They go with their policy, whose uid is `owner`. False when the server did not take them,
   * which is logged: nothing but a restore by another process depends on it.
   */
  async keep(settings: LiveSettings, owner: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#keep(settings, owner, signal);
      return true;
    } catch (err) {
      if (!(err instanceof ApiError || err instanceof ConnectionError)) throw err;
      this.#options.logger.warn(
        { ClusterAdmissionPolicy: this.#options.policy, err },
        "Settings that run are not kept for another controller",
      );
      return false;
    }
  }

  async #keep(settings: LiveSettings, owner: string, signal: AbortSignal): Promise<void> {
    this.#kept ??= await this.#read(signal);
    const [newest, ...older] = this.#kept;
    const isKept = newest?.settings.list === settings.list && newest.owner === owner;
    const now = isKept ? newest : await this.#create(settings, owner, (newest?.revision ?? 0) + 1, signal);
    for (const { name, uid } of isKept ? older : this.#kept) await this.#delete(name, uid, signal);
    this.#kept = [now];
  }

  async #read(signal: AbortSignal): Promise<readonly Kept[]> {
    const { client, namespace } = this.#options;
    const found = await client.list(controllerRevisions, { labelSelector: keptLabel }, { namespace, signal });
    return found
      .map(keptFrom)
      .filter(({ name }) => name.startsWith(this.#prefix))
      .toSorted((a, b) => b.revision - a.revision);
  }

  async #create(settings: LiveSettings, owner: string, revision: number, signal: AbortSignal): Promise<Kept> {
    const { client, namespace, policy } = this.#options;
    const name = `${this.#prefix}${revision}`;
    const reference = { apiVersion: "policies.kubewarden.io/v1", kind: "ClusterAdmissionPolicy" };
    const object = {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        namespace,
        name,
        labels: { [keptLabel]: "settings" },
        ownerReferences: [{ ...reference, name: policy, uid: owner }],
      },
      revision,
      data: { sidecarSets: JSON.parse(settings.list) },
    };
    try {
      const answer = await client.create(controllerRevisions, { namespace }, object, {
        signal,
        metadataOnly: true,
      });
      return { name, uid: textOf(objectOf(answer, "metadata"), "uid"), revision, owner, settings };
    } catch (error) {
      // Another process has kept some since these were read.
      if (hasStatus(error, 409)) this.#kept = undefined;
      throw error;
    }
  }

  async #delete(name: string, uid: string, signal: AbortSignal): Promise<void> {
    const { client, namespace } = this.#options;
    try {
      await client.delete(controllerRevisions, { namespace, name }, { signal, uid });
    } catch (error) {
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
    }
  }

  get #prefix(): string {
    return `${this.#options.policy}-settings-`;
  }
}

function keptFrom(object: JsonObject): Kept {
  const metadata = objectOf(object, "metadata");
  const references = metadata["ownerReferences"];
  const [owner = {}]: readonly JsonObject[] = Array.isArray(references)
    ? references.filter(isJsonObject)
    : [];
  const { revision } = object;
  return {
    name: textOf(metadata, "name"),
    uid: textOf(metadata, "uid"),
    revision: typeof revision === "number" ? revision : 0,
    owner: textOf(owner, "uid"),
    settings: readLiveSettings(object["data"]),
  };
}
