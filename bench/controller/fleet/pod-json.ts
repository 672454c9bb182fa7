import { type FleetPod, imageID, sidecarName } from "./pod.ts";

/** The JSON text of metadata; also the answer to a patch that asks for nothing else. */
export function metadataJson(pod: FleetPod): string {
  const { workload, annotations } = pod;
  const own = JSON.stringify({
    name: pod.name,
    namespace: workload.namespace,
    uid: pod.uid,
    resourceVersion: String(pod.resourceVersion),
    creationTimestamp: timeText(pod.created),
  });
  const kept = JSON.stringify(annotations).slice(1, -1);
  const all = `${workload.metadata.annotationJson}${kept === "" ? "" : `,${kept}`}`;
  return `${own.slice(0, -1)},"annotations":{${all}},${workload.metadata.json}}`;
}

/** The JSON text of a core/v1 Pod, with the members that the protobuf has. */
export function podJson(pod: FleetPod): string {
  const { workload } = pod;
  const sidecar = JSON.stringify({ name: sidecarName, image: pod.image });
  const spec = `{"containers":[${workload.spec.containersJson},${sidecar}],"nodeName":${JSON.stringify(pod.node)},${workload.spec.json}}`;
  return `{"apiVersion":"v1","kind":"Pod","metadata":${metadataJson(pod)},"spec":${spec},"status":${statusJson(pod)}}`;
}

function statusJson(pod: FleetPod): string {
  const { image, restarts, ready } = pod.running;
  const statuses = [
    ...pod.workload.containers.map(({ name, image }) => ({ name, image, ready: true, restarts: 0 })),
    { name: sidecarName, image, ready, restarts },
  ];
  return JSON.stringify({
    phase: "Running",
    conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
      type,
      status: ready || !type.endsWith("Ready") ? "True" : "False",
      lastProbeTime: timeText(pod.created + pod.beat),
      lastTransitionTime: timeText(type.endsWith("Ready") ? pod.readySince : pod.created),
    })),
    podIP: `10.${pod.index >> 16}.${(pod.index >> 8) & 255}.${pod.index & 255}`,
    containerStatuses: statuses.map((status) => ({
      name: status.name,
      ready: status.ready,
      restartCount: status.restarts,
      image: status.image,
      imageID: imageID(status.image),
      containerID: `containerd://${pod.uid}-${status.name}-${status.restarts}`,
    })),
  });
}

function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
