import type { BackwardsWriter } from "./backwards-writer.ts";
import { type FleetPod, imageID, sidecarName } from "./pod.ts";
import { writeEntry } from "./workload.ts";

/** Writes the fields of a core/v1 Pod, those of the sidecar's container last among the containers. */
export function writePod(writer: BackwardsWriter, pod: FleetPod): void {
  writer.message(3, () => writeStatus(writer, pod));
  writer.message(2, () => {
    writer.text(10, pod.node);
    writer.message(2, () => {
      writer.text(2, pod.image);
      writer.text(1, sidecarName);
    });
    writer.raw(pod.workload.spec.protobuf);
  });
  writer.message(1, () => writeMetadata(writer, pod));
}

function writeMetadata(writer: BackwardsWriter, pod: FleetPod): void {
  writer.raw(pod.workload.metadata.protobuf);
  for (const [key, value] of Object.entries(pod.annotations).toReversed()) writeEntry(writer, 12, key, value);
  writeTime(writer, 8, pod.created);
  writer.text(6, String(pod.resourceVersion));
  writer.text(5, pod.uid);
  writer.text(3, pod.workload.namespace);
  writer.text(1, pod.name);
}

function writeTime(writer: BackwardsWriter, field: number, seconds: number): void {
  writer.message(field, () => writer.integer(1, seconds));
}

function writeStatus(writer: BackwardsWriter, pod: FleetPod): void {
  const { image, restarts, ready } = pod.running;
  const statuses = [
    ...pod.workload.containers.map(({ name, image }) => ({ name, image, ready: true, restarts: 0 })),
    { name: sidecarName, image, ready, restarts },
  ];
  for (const status of statuses.toReversed()) {
    writer.message(8, () => {
      writer.text(8, `containerd://${pod.uid}-${status.name}-${status.restarts}`);
      writer.text(7, imageID(status.image));
      writer.text(6, status.image);
      writer.integer(5, status.restarts);
      writer.integer(4, status.ready ? 1 : 0);
      writer.text(1, status.name);
    });
  }
  writer.text(6, `10.${pod.index >> 16}.${(pod.index >> 8) & 255}.${pod.index & 255}`);
  for (const type of ["PodScheduled", "ContainersReady", "Ready", "Initialized"]) {
    const isTrue = ready || !type.endsWith("Ready");
    writer.message(2, () => {
      if (!isTrue) writer.text(5, "ContainersNotReady");
      writeTime(writer, 4, type.endsWith("Ready") ? pod.readySince : pod.created);
      writeTime(writer, 3, pod.created + pod.beat);
      writer.text(2, isTrue ? "True" : "False");
      writer.text(1, type);
    });
  }
  writer.text(1, "Running");
}
