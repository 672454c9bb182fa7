import { createHash } from "node:crypto";
import { goJson } from "../../core/go-json.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { customVersionLabel, type Revision, setNameLabel } from "../../model/revision.ts";
import type { Codec } from "./codec.ts";
import { identityOf, jsonDecoder, objectOf, textOf } from "./json-codec.ts";

/** Reads ControllerRevisions of SidecarSets into their slim records. */
export function revisionCodec(): Codec<Revision> {
  const decoder = jsonDecoder(revisionFromJson);
  return {
    accept: "application/json",
    decoder: () => decoder,
    identify: ({ namespace, name, uid, resourceVersion }) => ({
      key: `${namespace}/${name}`,
      uid,
      resourceVersion,
    }),
  };
}

/** Throws `DecodeError` when the object has no name. */
export function revisionFromJson(object: JsonObject): Revision {
  const metadata = objectOf(object, "metadata");
  const labels = objectOf(metadata, "labels");
  const references = metadata["ownerReferences"];
  const owner = (Array.isArray(references) ? (references as readonly unknown[]) : []).find(
    (reference) => isJsonObject(reference) && reference["controller"] === true,
  );
  const { uid, resourceVersion } = identityOf(metadata);
  const { revision, data } = object;
  return {
    namespace: textOf(metadata, "namespace"),
    name: textOf(metadata, "name"),
    uid,
    resourceVersion,
    creationTimestamp: textOf(metadata, "creationTimestamp"),
    revision: typeof revision === "number" ? revision : 0,
    set: textOf(labels, setNameLabel),
    owner: isJsonObject(owner) ? textOf(owner, "uid") : undefined,
    customVersion: textOf(labels, customVersionLabel) || undefined,
    digest: dataDigest(goJson(data ?? null)),
    metadataDigest: dataDigest(goJson(metadataPatches(data))),
  };
}

function metadataPatches(data: Json | undefined): Json {
  const spec = isJsonObject(data) ? data["spec"] : undefined;
  return (isJsonObject(spec) ? spec["patchPodMetadata"] : undefined) ?? null;
}

/** Equal for equal data, given as `goJson` spells it. */
export function dataDigest(data: string): string {
  return createHash("sha256").update(data).digest("base64");
}
