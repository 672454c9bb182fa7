import type { JsonObject } from "../json/value.ts";
import { timestamp } from "../store/object.ts";

/** The one node. */
export const nodeName = "sandbox-node";

/** The node as an object. It reports no capacity: nothing is scheduled by size. */
export function nodeManifest(): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: nodeName, labels: { "kubernetes.io/hostname": nodeName } },
  };
}

/** What the node reports of itself. */
export function nodeStatus(): JsonObject {
  const lastTransitionTime = timestamp();
  return {
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        message: "the stand-in is running",
        lastTransitionTime,
      },
    ],
    nodeInfo: { kubeletVersion: "v1.36.0+sandbox" },
    addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
  };
}
