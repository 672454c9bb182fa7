import type { Client } from "../api/client.ts";
import { type JsonObject, numberAt } from "../json/value.ts";
import { type KubeObject, timestamp } from "../store/object.ts";
import type { Happening } from "./container-runtime.ts";
import { nodeName } from "./node.ts";

/** Records what happens to Pods as Events; the same thing again raises the count of the Event. */
export class EventRecorder {
  private readonly client: Client;
  private readonly enabled: boolean;

  constructor(client: Client, enabled: boolean) {
    this.client = client;
    this.enabled = enabled;
  }

  record(pod: KubeObject, happening: Happening): void {
    if (!this.enabled) return;
    const { namespace, name, uid, resourceVersion } = pod.metadata;
    const eventName = `${name}.${fingerprint(`${uid}/${happening.reason}/${happening.message}`)}`;
    const reference = { apiVersion: "v1", kind: "Event", namespace, name: eventName };
    const now = timestamp();
    const known = this.client.find(reference);
    if (known !== undefined) {
      this.client.patch(reference, "merge", {
        count: (numberAt(known, "count") ?? 1) + 1,
        lastTimestamp: now,
      });
      return;
    }
    const event: JsonObject = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: eventName, namespace: namespace ?? "default" },
      involvedObject: {
        apiVersion: "v1",
        kind: "Pod",
        namespace: namespace ?? "default",
        name,
        uid,
        resourceVersion,
      },
      type: happening.type,
      reason: happening.reason,
      message: happening.message,
      source: { component: "kubelet", host: nodeName },
      reportingComponent: "kubelet",
      reportingInstance: nodeName,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    this.client.create(event);
  }
}

/** A short hexadecimal FNV-1a hash, for names. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
