import {
  type Pod,
  type PodContainer,
  type PodContainerStatus,
  type PodOwner,
  upgradableConditionType,
} from "../../model/pod.ts";
import { DecodeError } from "./codec.ts";
import { emptyPod, isKeptAnnotation, mapOf, type PodSharing } from "./pod-builder.ts";
import type { ProtoReader } from "./proto-reader.ts";

/**
 * The record of the Pod message that the reader stands in. Field numbers are those of the generated.proto files of
 * k8s.io/api/core/v1 and k8s.io/apimachinery, which never change; all other fields are skipped unread. Throws
 * `DecodeError` when the Pod has no name.
 */
export function podFromProtobuf(reader: ProtoReader, sharing: PodSharing): Pod {
  const draft = new PodDraft();
  while (reader.next()) {
    if (reader.field === 1) reader.message(readMetadata, draft);
    else if (reader.field === 2) reader.message(readSpec, draft);
    else if (reader.field === 3) reader.message(readStatus, draft);
    else reader.skip();
  }
  return draft.finish(sharing);
}

/** Lists that may come in pieces, and the rest of the Pod. */
class PodDraft {
  readonly pod = emptyPod();
  readonly labels: string[] = [];
  readonly annotations: string[] = [];
  readonly containers: PodContainer[] = [];
  readonly initContainers: PodContainer[] = [];
  readonly containerStatuses: PodContainerStatus[] = [];
  readonly initContainerStatuses: PodContainerStatus[] = [];

  finish(sharing: PodSharing): Pod {
    const { pod } = this;
    if (pod.name === "") throw new DecodeError("pod: metadata.name: expected a name, got none");
    pod.labels = sharing.labels(this.labels);
    pod.annotations = mapOf(this.annotations);
    pod.containers = sharing.containers(this.containers);
    pod.initContainers = sharing.containers(this.initContainers);
    pod.containerStatuses = sharing.statuses(this.containerStatuses);
    pod.initContainerStatuses = sharing.statuses(this.initContainerStatuses);
    if (pod.owner !== null) pod.owner = sharing.owner(pod.owner);
    return pod;
  }
}

function readMetadata(reader: ProtoReader, draft: PodDraft): void {
  const { pod } = draft;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        pod.name = reader.ownText();
        break;
      case 3:
        pod.namespace = reader.text();
        break;
      case 5:
        pod.uid = reader.ownText();
        break;
      case 6:
        pod.resourceVersion = reader.ownText();
        break;
      case 8:
        pod.creationTimestamp = timeFrom(reader);
        break;
      case 9:
        pod.deletionTimestamp = timeFrom(reader);
        break;
      case 11:
        reader.message(readLabel, draft.labels);
        break;
      case 12:
        reader.message(readAnnotation, draft.annotations);
        break;
      case 13:
        reader.message(readOwner, draft);
        break;
      default:
        reader.skip();
    }
  }
}

function readSpec(reader: ProtoReader, draft: PodDraft): void {
  while (reader.next()) {
    if (reader.field === 2) reader.message(readContainer, draft.containers);
    else if (reader.field === 10) draft.pod.nodeName = reader.text();
    else if (reader.field === 20) reader.message(readContainer, draft.initContainers);
    else reader.skip();
  }
}

function readStatus(reader: ProtoReader, draft: PodDraft): void {
  while (reader.next()) {
    if (reader.field === 1) draft.pod.phase = reader.text();
    else if (reader.field === 2) reader.message(readCondition, draft);
    else if (reader.field === 8) reader.message(readContainerStatus, draft.containerStatuses);
    else if (reader.field === 10) reader.message(readContainerStatus, draft.initContainerStatuses);
    else reader.skip();
  }
}

function readContainer(reader: ProtoReader, containers: PodContainer[]): void {
  const container = { name: "", image: "", restartPolicy: "" };
  while (reader.next()) {
    if (reader.field === 1) container.name = reader.text();
    else if (reader.field === 2) container.image = reader.text();
    else if (reader.field === 24) container.restartPolicy = reader.text();
    else reader.skip();
  }
  containers.push(container);
}

function readContainerStatus(reader: ProtoReader, statuses: PodContainerStatus[]): void {
  const status = { name: "", image: "", imageID: "", ready: false, restartCount: 0 };
  while (reader.next()) {
    if (reader.field === 1) status.name = reader.text();
    else if (reader.field === 4) status.ready = reader.boolean();
    else if (reader.field === 5) status.restartCount = reader.integer();
    else if (reader.field === 6) status.image = reader.text();
    else if (reader.field === 7) status.imageID = reader.text();
    else reader.skip();
  }
  statuses.push(status);
}

function readCondition(reader: ProtoReader, { pod }: PodDraft): void {
  const condition = { status: "", reason: "", message: "" };
  let type = "";
  let transition = 0;
  while (reader.next()) {
    if (reader.field === 1) type = reader.text();
    else if (reader.field === 2) condition.status = reader.text();
    else if (reader.field === 4) transition = timeFrom(reader);
    else if (reader.field === 5) condition.reason = reader.text();
    else if (reader.field === 6) condition.message = reader.text();
    else reader.skip();
  }
  if (type === "Ready") {
    pod.ready = condition.status === "True";
    pod.readyTransitionTime = transition;
  } else if (type === upgradableConditionType) pod.upgradable = condition;
}

function readOwner(reader: ProtoReader, { pod }: PodDraft): void {
  const owner: { -readonly [K in keyof PodOwner]: PodOwner[K] } = { kind: "", name: "", uid: "" };
  let controller = false;
  while (reader.next()) {
    if (reader.field === 1) owner.kind = reader.text();
    else if (reader.field === 3) owner.name = reader.text();
    else if (reader.field === 4) owner.uid = reader.text();
    else if (reader.field === 6) controller = reader.boolean();
    else reader.skip();
  }
  if (controller) pod.owner = owner;
}

/** An entry of a map is a message of key and value, either absent when empty. */
function readLabel(reader: ProtoReader, entries: string[]): void {
  let key = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
    else reader.skip();
  }
  entries.push(key, value);
}

/** The value of an annotation that is not kept is never made a string. It may come before the key, but hardly ever does. */
function readAnnotation(reader: ProtoReader, entries: string[]): void {
  let key = "";
  let value = "";
  let early: Buffer | undefined;
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field !== 2) reader.skip();
    else if (key === "") early = reader.bytes();
    else if (isKeptAnnotation(key)) value = reader.ownText();
    else reader.skip();
  }
  if (isKeptAnnotation(key)) entries.push(key, early === undefined ? value : early.toString("utf8"));
}

const timestamp = { seconds: 0 };

/** Milliseconds since the epoch of a Time, whose precision is a second; 0 for the zero time, which has no fields. */
function timeFrom(reader: ProtoReader): number {
  timestamp.seconds = 0;
  reader.message(readTime, timestamp);
  return timestamp.seconds * 1000;
}

function readTime(reader: ProtoReader, time: { seconds: number }): void {
  while (reader.next()) {
    if (reader.field === 1) time.seconds = reader.integer();
    else reader.skip();
  }
}
