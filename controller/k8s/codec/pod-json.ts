import { isJsonObject, type JsonObject } from "../../model/json.ts";
import {
  type Pod,
  type PodContainer,
  type PodContainerStatus,
  upgradableConditionType,
} from "../../model/pod.ts";
import { DecodeError } from "./codec.ts";
import { objectOf, textOf } from "./json-codec.ts";
import { emptyPod, isKeptAnnotation, mapOf, type PodSharing, timeOf } from "./pod-builder.ts";

/** The record of a Pod given as JSON. Throws `DecodeError` when it has no name. */
export function podFromJson(object: JsonObject, sharing: PodSharing): Pod {
  const pod = emptyPod();
  const spec = objectOf(object, "spec");
  readMetadata(objectOf(object, "metadata"), pod, sharing);
  pod.nodeName = sharing.text(textOf(spec, "nodeName"));
  pod.containers = containersOf(spec, "containers", sharing);
  pod.initContainers = containersOf(spec, "initContainers", sharing);
  readStatus(objectOf(object, "status"), pod, sharing);
  return pod;
}

type Unfinished = ReturnType<typeof emptyPod>;

function readMetadata(metadata: JsonObject, pod: Unfinished, sharing: PodSharing): void {
  pod.name = textOf(metadata, "name");
  if (pod.name === "") throw new DecodeError("pod: metadata.name: expected a name, got none");
  pod.namespace = sharing.text(textOf(metadata, "namespace"));
  pod.uid = textOf(metadata, "uid");
  pod.resourceVersion = textOf(metadata, "resourceVersion");
  pod.creationTimestamp = timeOf(textOf(metadata, "creationTimestamp"));
  pod.deletionTimestamp = timeOf(textOf(metadata, "deletionTimestamp"));
  pod.labels = sharing.labels(textEntries(metadata, "labels", sharing));
  pod.annotations = mapOf(textEntries(metadata, "annotations", sharing, isKeptAnnotation));
  for (const owner of objectsOf(metadata, "ownerReferences")) {
    if (owner["controller"] !== true) continue;
    pod.owner = sharing.owner({
      kind: textOf(owner, "kind"),
      name: textOf(owner, "name"),
      uid: textOf(owner, "uid"),
    });
  }
}

function readStatus(status: JsonObject, pod: Unfinished, sharing: PodSharing): void {
  pod.phase = sharing.text(textOf(status, "phase"));
  pod.containerStatuses = statusesOf(status, "containerStatuses", sharing);
  pod.initContainerStatuses = statusesOf(status, "initContainerStatuses", sharing);
  for (const condition of objectsOf(status, "conditions")) {
    const type = textOf(condition, "type");
    if (type === "Ready") {
      pod.ready = condition["status"] === "True";
      pod.readyTransitionTime = timeOf(textOf(condition, "lastTransitionTime"));
    } else if (type === upgradableConditionType) {
      pod.upgradable = {
        status: sharing.text(textOf(condition, "status")),
        reason: sharing.text(textOf(condition, "reason")),
        message: sharing.text(textOf(condition, "message")),
      };
    }
  }
}

function containersOf(spec: JsonObject, member: string, sharing: PodSharing): readonly PodContainer[] {
  return sharing.containers(
    objectsOf(spec, member).map((container) => ({
      name: sharing.text(textOf(container, "name")),
      image: sharing.text(textOf(container, "image")),
      restartPolicy: sharing.text(textOf(container, "restartPolicy")),
    })),
  );
}

function statusesOf(status: JsonObject, member: string, sharing: PodSharing): readonly PodContainerStatus[] {
  return sharing.statuses(
    objectsOf(status, member).map((entry) => ({
      name: sharing.text(textOf(entry, "name")),
      image: sharing.text(textOf(entry, "image")),
      imageID: sharing.text(textOf(entry, "imageID")),
      ready: entry["ready"] === true,
      restartCount: typeof entry["restartCount"] === "number" ? entry["restartCount"] : 0,
    })),
  );
}

/** Keys and values by turns. */
function textEntries(
  metadata: JsonObject,
  member: string,
  sharing: PodSharing,
  keep: (key: string) => boolean = () => true,
): readonly string[] {
  const map = objectOf(metadata, member);
  const entries: string[] = [];
  for (const key in map) {
    const value = map[key];
    if (typeof value === "string" && keep(key)) entries.push(sharing.text(key), sharing.text(value));
  }
  return entries;
}

function objectsOf(object: JsonObject, member: string): readonly JsonObject[] {
  const value = object[member];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
