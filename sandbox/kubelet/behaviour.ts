import { type JsonObject, textAt } from "../json/value.ts";
import type { KubeObject } from "../store/object.ts";

/** How a container behaves: well, or as trials and tests ask for. */
export type Behaviour = "normal" | "pull-fails" | "crashes" | "slow-start" | "never-ready";

const requests: readonly Behaviour[] = ["pull-fails", "crashes", "slow-start", "never-ready"];

/** Annotation on a Pod: `kubelet.sandbox/<container>: crashes`, or `kubelet.sandbox/all: ...`. */
const behaviourAnnotation = "kubelet.sandbox/";

/**
 * What is asked of a container: by an annotation on its Pod, else by its image, when the reference contains one
 * of the words (`centos:pull-fails`, `registry/slow-start/agent:1`).
 */
export function behaviourOf(pod: KubeObject, container: JsonObject): Behaviour {
  const annotations = pod.metadata.annotations ?? {};
  const name = textAt(container, "name") ?? "";
  const asked = annotations[behaviourAnnotation + name] ?? annotations[`${behaviourAnnotation}all`];
  const image = textAt(container, "image") ?? "";
  return requests.find((word) => asked === word) ?? requests.find((word) => image.includes(word)) ?? "normal";
}
