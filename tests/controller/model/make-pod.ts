import type { Pod } from "../../../controller/model/pod.ts";

/** A running, ready Pod with one container `main`; members of `differences` replace the whole member. */
export function makePod(differences: Partial<Pod> = {}): Pod {
  return {
    namespace: "default",
    name: "pod",
    uid: "uid-pod",
    resourceVersion: "1",
    labels: Object.freeze({}),
    annotations: {},
    creationTimestamp: 0,
    deletionTimestamp: 0,
    nodeName: "node-1",
    phase: "Running",
    ready: true,
    readyTransitionTime: 0,
    upgradable: null,
    containers: [{ name: "main", image: "main:1", restartPolicy: "" }],
    initContainers: [],
    containerStatuses: [
      { name: "main", image: "main:1", imageID: "main@sha256:1", ready: true, restartCount: 0 },
    ],
    initContainerStatuses: [],
    owner: null,
    ...differences,
  };
}
