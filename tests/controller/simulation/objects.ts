import type { JsonObject } from "../../../sandbox/json/value.ts";
import type { SidecarSet } from "../../../controller/model/sidecarset.ts";
import type { Edit } from "./steps.ts";

/** Kind of a SidecarSet for calls of the sandbox's client. */
export const sidecarSets = { apiVersion: "apps.kruise.io/v1beta1", kind: "SidecarSet" };

/** Kind and namespace of a Pod. */
export const pods = { apiVersion: "v1", kind: "Pod", namespace: "default" };

const names = ["alpha", "beta"];
/** Image of the container of a hot sidecar that idles. */
export const emptyImage = "empty:1";

const images = ["1", "2", "3", "4", "never-ready", "pull-fails"];

/** Name of a SidecarSet by any number. */
export function setName(index: number): string {
  return names[index % names.length] ?? "";
}

/** What the sidecars of a set are; `hot native` is a native sidecar that is upgraded hot. */
const shapes = ["plain", "two plain", "hot", "native", "hot native", "hot and plain"] as const;

/** How many different sets there are by number: each shape under each name. */
export const differentSets = names.length * shapes.length;

/** A set for the Pods of `web`. The first of its sidecars is the one that edits change. */
export function newSet(index: number): JsonObject {
  const name = setName(index);
  const shape = shapes[Math.floor(index / names.length) % shapes.length] ?? "plain";
  const hot = { upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage: emptyImage } };
  const first = { name: `${name}-0`, image: `${name}:1`, ...(shape.startsWith("hot") && hot) };
  const second = { name: `${name}-1`, image: `${name}:1` };
  const isNative = shape.endsWith("native");
  const hasTwo = shape === "two plain" || shape === "hot and plain";
  const selector = { matchLabels: { app: "web" } };
  const updateStrategy = { maxUnavailable: 1 + (index % 2) };
  const spec = {
    selector,
    initContainers: isNative ? [{ ...first, restartPolicy: "Always" }] : [],
    containers: isNative ? [] : [first, ...(hasTwo ? [second] : [])],
    updateStrategy,
  };
  return { ...sidecarSets, metadata: { name }, spec };
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

/** Where the sidecar is that edits change. */
export function firstSidecar({ spec }: SidecarSet): string {
  return (spec.containers ?? []).length > 0 ? "/spec/containers/0" : "/spec/initContainers/0";
}

/** A JSON patch of a SidecarSet. */
export function patchOf(edit: Edit, set: SidecarSet): JsonObject[] {
  const { name } = set.metadata;
  const strategy = "/spec/updateStrategy";
  const container = firstSidecar(set);
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
    case "namespaceSelector":
      return put("/spec/namespaceSelector", edit.tier === null ? {} : { matchLabels: { tier: edit.tier } });
    default:
      return [];
  }
}
