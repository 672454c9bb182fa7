import { bytesField, type Field, integerField, textField, type WildWriter } from "./protobuf-writer.ts";

/** A Pod as the API's JSON has it, reduced to what tests vary. */
export interface WirePod {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp?: string | null;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly WireOwner[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly WireContainer[];
    readonly initContainers?: readonly WireContainer[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly WireCondition[];
    readonly containerStatuses?: readonly WireContainerStatus[];
    readonly initContainerStatuses?: readonly WireContainerStatus[];
  };
}

export interface WireOwner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface WireContainer {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
}

export interface WireCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

export interface WireContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly restartCount: number;
}

type Optional<T> = T | undefined;

const text = (number: number, value: Optional<string>): readonly Field[] =>
  value === undefined ? [] : [textField(number, value)];

const boolean = (number: number, value: Optional<boolean>): readonly Field[] =>
  value === undefined ? [] : [integerField(number, value ? 1 : 0)];

/** null, the zero time, is a message without fields. */
function time(number: number, value: Optional<string | null>, writer: WildWriter): readonly Field[] {
  if (value === undefined) return [];
  const seconds = value === null ? [] : [integerField(1, Date.parse(value) / 1000)];
  return [bytesField(number, writer.message(seconds))];
}

function map(
  number: number,
  entries: Optional<Readonly<Record<string, string>>>,
  writer: WildWriter,
): Field[] {
  return Object.entries(entries ?? {}).map(([key, value]) =>
    bytesField(number, writer.message([textField(1, key), textField(2, value)])),
  );
}

/** The fields of the message Pod, by the numbers of Kubernetes' generated.proto. */
export function podFields(pod: WirePod, writer: WildWriter): readonly Field[] {
  return [
    ...writer.messageField(1, metadataFields(pod.metadata, writer)),
    ...(pod.spec === undefined ? [] : writer.messageField(2, specFields(pod.spec, writer))),
    ...(pod.status === undefined ? [] : writer.messageField(3, statusFields(pod.status, writer))),
  ];
}

function metadataFields(metadata: WirePod["metadata"], writer: WildWriter): readonly Field[] {
  return [
    textField(1, metadata.name),
    ...text(3, metadata.namespace),
    textField(5, metadata.uid),
    textField(6, metadata.resourceVersion),
    ...time(8, metadata.creationTimestamp, writer),
    ...time(9, metadata.deletionTimestamp, writer),
    ...map(11, metadata.labels, writer),
    ...map(12, metadata.annotations, writer),
    ...(metadata.ownerReferences ?? []).map((owner) => bytesField(13, ownerMessage(owner, writer))),
  ];
}

function ownerMessage(owner: WireOwner, writer: WildWriter): Buffer {
  return writer.message([
    textField(1, owner.kind),
    textField(3, owner.name),
    textField(4, owner.uid),
    textField(5, owner.apiVersion),
    ...boolean(6, owner.controller),
  ]);
}

function specFields(spec: NonNullable<WirePod["spec"]>, writer: WildWriter): readonly Field[] {
  return [
    ...(spec.containers ?? []).map((container) => bytesField(2, containerMessage(container, writer))),
    ...text(10, spec.nodeName),
    ...(spec.initContainers ?? []).map((container) => bytesField(20, containerMessage(container, writer))),
  ];
}

function containerMessage(container: WireContainer, writer: WildWriter): Buffer {
  return writer.message([
    textField(1, container.name),
    ...text(2, container.image),
    ...text(24, container.restartPolicy),
  ]);
}

function statusFields(status: NonNullable<WirePod["status"]>, writer: WildWriter): readonly Field[] {
  return [
    ...text(1, status.phase),
    ...(status.conditions ?? []).map((condition) => bytesField(2, conditionMessage(condition, writer))),
    ...(status.containerStatuses ?? []).map((entry) => bytesField(8, statusMessage(entry, writer))),
    ...(status.initContainerStatuses ?? []).map((entry) => bytesField(10, statusMessage(entry, writer))),
  ];
}

function conditionMessage(condition: WireCondition, writer: WildWriter): Buffer {
  return writer.message([
    textField(1, condition.type),
    textField(2, condition.status),
    ...time(4, condition.lastTransitionTime, writer),
    ...text(5, condition.reason),
    ...text(6, condition.message),
  ]);
}

function statusMessage(entry: WireContainerStatus, writer: WildWriter): Buffer {
  return writer.message([
    textField(1, entry.name),
    integerField(4, entry.ready ? 1 : 0),
    integerField(5, entry.restartCount),
    textField(6, entry.image),
    textField(7, entry.imageID),
  ]);
}

/** Magic and runtime.Unknown around a message. */
export function envelope(message: Buffer, kind: string, writer: WildWriter): Buffer {
  const type = [textField(1, "v1"), textField(2, kind)];
  const unknown = writer.message([
    bytesField(1, writer.message(type)),
    bytesField(2, message),
    textField(4, ""),
  ]);
  return Buffer.concat([Buffer.from("k8s\0"), unknown]);
}

/** A page of Pods in protobuf. */
export function podListBytes(
  pods: readonly WirePod[],
  list: { readonly resourceVersion: string; readonly continue: string },
  writer: WildWriter,
): Buffer {
  const message = writer.message([
    ...writer.messageField(1, [textField(2, list.resourceVersion), textField(3, list.continue)]),
    ...pods.map((pod) => bytesField(2, writer.message(podFields(pod, writer)))),
  ]);
  return envelope(message, "PodList", writer);
}

/** The content of a watch frame, without its length. `message` is the object's. */
export function watchEventBytes(type: string, kind: string, message: Buffer, writer: WildWriter): Buffer {
  const raw = writer.message([bytesField(1, envelope(message, kind, writer))]);
  return writer.message([textField(1, type), bytesField(2, raw)]);
}
