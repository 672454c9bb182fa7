import type { JsonObject } from "../../../sandbox/json/value.ts";
import type { Edit } from "./steps.ts";

/** Kind of a SidecarSet for calls of the sandbox's client. */
export const sidecarSets = { apiVersion: "apps.kruise.io/v1beta1", kind: "SidecarSet" };

/** Kind and namespace of a Pod. */
export const pods = { apiVersion: "v1", kind: "Pod", namespace: "default" };

const names = ["alpha", "beta"];
const images = ["1", "2", "3", "4", "never-ready", "pull-fails"];

/** Name of a SidecarSet by any number. */
export function setName(index: number): string {
  return names[index % names.length] ?? "";
}

/** A set of one container, or of two, for the Pods of `web`. */
export function newSet(index: number): JsonObject {
  const name = setName(index);
  const count = index % 3 === 0 ? 2 : 1;
  const containers = Array.from({ length: count }, (_, each) => ({
    name: `${name}-${each}`,
    image: `${name}:1`,
  }));
  const selector = { matchLabels: { app: "web" } };
  const updateStrategy = { maxUnavailable: 1 + (index % 2) };
  return { ...sidecarSets, metadata: { name }, spec: { selector, containers, updateStrategy } };
}

/** A Pod whose application may be in trouble, in the sandbox's words for it. */
export function newPod(
  name: string,
  { app, track, trouble }: { readonly app: string; readonly track: string; readonly trouble: string },
): JsonObject {
  const { namespace, ...kind } = pods;
  const annotations = trouble === "" ? {} : { "kubelet.sandbox/app": trouble };
  const metadata = { name, namespace, labels: { app, track }, annotations };
  return { ...kind, metadata, spec: { containers: [{ name: "app", image: "app:1" }] } };
}

/** A JSON patch of a SidecarSet. */
export function patchOf(edit: Edit, name: string): JsonObject[] {
  const strategy = "/spec/updateStrategy";
  const container = "/spec/containers/0";
  const put = (path: string, value: JsonObject[string]): JsonObject[] => [{ op: "add", path, value }];
  switch (edit.field) {
    case "image":
      return put(`${container}/image`, `${name}:${images[edit.image % images.length]}`);
    case "env":
      return put(`${container}/env`, [{ name: "MODE", value: String(edit.value) }]);
    case "partition":
    case "maxUnavailable":
    case "paused":
    case "type":
      return put(`${strategy}/${edit.field}`, edit.value);
    case "updateSelector":
      return edit.track === null
        ? [{ op: "remove", path: `${strategy}/selector` }]
        : [
            ...put(`${strategy}/partition`, 0),
            ...put(`${strategy}/selector`, { matchLabels: { track: edit.track } }),
          ];
    case "selector":
      return put("/spec/selector", { matchLabels: { app: edit.app } });
    default:
      return [];
  }
}
