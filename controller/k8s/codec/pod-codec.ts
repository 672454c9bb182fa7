import { type Pod, podKey } from "../../model/pod.ts";
import type { Codec } from "./codec.ts";
import { jsonDecoder } from "./json-codec.ts";
import { PodSharing } from "./pod-builder.ts";
import { podFromJson } from "./pod-json.ts";

/** Reads Pods into their slim records. Keeps the pools that share equal parts, so make one for a process. */
export function podCodec(): Codec<Pod> {
  const sharing = new PodSharing();
  const json = jsonDecoder((object) => podFromJson(object, sharing));
  return {
    accept: "application/json",
    decoder: () => json,
    identify: (pod) => ({ key: podKey(pod), uid: pod.uid, resourceVersion: pod.resourceVersion }),
  };
}
