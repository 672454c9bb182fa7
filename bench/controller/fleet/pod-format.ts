import { BackwardsWriter } from "./backwards-writer.ts";
import type { FleetPod } from "./pod.ts";
import { podJson } from "./pod-json.ts";
import { writePod } from "./pod-protobuf.ts";
import { writeEntry } from "./workload.ts";

/** Type of a watch event that carries a Pod. */
export type EventType = "ADDED" | "MODIFIED" | "DELETED";

/** How lists and watches of Pods are encoded. */
export interface PodFormat {
  readonly contentType: string;
  /** One page; `next` is the continue token, "" on the last. */
  page(pods: readonly FleetPod[], resourceVersion: number, next: string): Buffer;
  event(type: EventType, pod: FleetPod): Buffer;
  /** `endsList` marks the end of a streamed list. */
  bookmark(resourceVersion: number, endsList: boolean): Buffer;
}

const endAnnotation = "k8s.io/initial-events-end";

/** One JSON document a page, one line an event. */
export function jsonFormat(): PodFormat {
  return {
    contentType: "application/json",
    page(pods, resourceVersion, next) {
      const metadata = JSON.stringify({ resourceVersion: String(resourceVersion), continue: next });
      const items = pods.map((pod) => podJson(pod)).join();
      return Buffer.from(`{"kind":"PodList","apiVersion":"v1","metadata":${metadata},"items":[${items}]}`);
    },
    event: (type, pod) => Buffer.from(`{"type":"${type}","object":${podJson(pod)}}\n`),
    bookmark(resourceVersion, endsList) {
      const annotations = endsList ? { [endAnnotation]: "true" } : {};
      const metadata = { resourceVersion: String(resourceVersion), annotations };
      const object = { kind: "Pod", apiVersion: "v1", metadata };
      return Buffer.from(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    },
  };
}

const magic = Buffer.from("k8s\0");

/** Kubernetes' protobuf: every object in a runtime.Unknown behind four bytes, every event behind its length. */
export function protobufFormat(): PodFormat {
  const writer = new BackwardsWriter();
  const envelope = (kind: string, write: () => void): void => {
    writer.message(2, write);
    writer.message(1, () => {
      writer.text(2, kind);
      writer.text(1, "v1");
    });
    writer.raw(magic);
  };
  const frame = (type: string, write: () => void): Buffer => {
    writer.message(2, () => writer.message(1, () => envelope("Pod", write)));
    writer.text(1, type);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(writer.length);
    writer.raw(length);
    return writer.take();
  };
  return {
    contentType: "application/vnd.kubernetes.protobuf",
    page(pods, resourceVersion, next) {
      envelope("PodList", () => {
        for (const pod of pods.toReversed()) writer.message(2, () => writePod(writer, pod));
        writer.message(1, () => {
          writer.text(3, next);
          writer.text(2, String(resourceVersion));
        });
      });
      return writer.take();
    },
    event: (type, pod) => frame(type, () => writePod(writer, pod)),
    bookmark: (resourceVersion, endsList) =>
      frame("BOOKMARK", () =>
        writer.message(1, () => {
          if (endsList) writeEntry(writer, 12, endAnnotation, "true");
          writer.text(6, String(resourceVersion));
        }),
      ),
  };
}
