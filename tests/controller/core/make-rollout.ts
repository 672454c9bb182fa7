import { type Observed, plan as planRound } from "../../../controller/core/plan.ts";
import { podJudge } from "../../../controller/core/pod-state.ts";
import type { NormalizedSidecarSet } from "../../../controller/core/sidecars.ts";
import { effectiveStrategy } from "../../../controller/core/update-strategy.ts";
import type { Pod } from "../../../controller/model/pod.ts";
import type { SidecarContainer, SidecarSetSpec } from "../../../controller/model/sidecarset.ts";
import { makePod } from "../model/make-pod.ts";

/**
 * A normalised set named `set`. Its hashes are made of its containers' names and images, readable in failures: `log=log:1`
 * and `log`; `shape` stands for all that is not an image.
 */
export function makeSet(spec: Partial<SidecarSetSpec> = {}, shape = ""): NormalizedSidecarSet {
  const containers = spec.containers ?? [{ name: "log", image: "log:1" }];
  const native = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const hashed = [...containers, ...native];
  const hash = `${hashed.map(({ name, image }) => `${name}=${image}`).join()}${shape}`;
  const hashWithoutImage = `${hashed.map(({ name }) => name).join()}${shape}`;
  const annotations = {
    "kruise.io/sidecarset-hash": hash,
    "kruise.io/sidecarset-hash-without-image": hashWithoutImage,
  };
  return {
    set: {
      apiVersion: "apps.kruise.io/v1alpha1",
      kind: "SidecarSet",
      metadata: {
        name: "set",
        uid: "uid-set",
        resourceVersion: "1",
        generation: 1,
        creationTimestamp: "2026-01-01T00:00:00Z",
        annotations,
      },
      spec: { selector: { matchLabels: { app: "web" } }, containers, ...spec },
    },
    hash,
    hashWithoutImage,
  };
}

/** A sidecar that is upgraded hot. */
export function hot(name: string, image: string, hotUpgradeEmptyImage: string): SidecarContainer {
  return { name, image, upgradeStrategy: { upgradeType: "HotUpgrade", hotUpgradeEmptyImage } };
}

/** A ready Pod with the sidecars that `set` had when it was injected. */
export function sidecarPod(
  name: string,
  differences: Partial<Pod> = {},
  { set, hash, hashWithoutImage }: NormalizedSidecarSet = makeSet(),
): Pod {
  const containers = [
    ...(set.spec.containers ?? []).map(({ name, image }) => ({
      name,
      image: image ?? "",
      restartPolicy: "",
    })),
    { name: "main", image: "main:1", restartPolicy: "" },
  ];
  return makePod({
    name,
    uid: `uid-${name}`,
    labels: { app: "web" },
    annotations: {
      "kruise.io/sidecarset-injected-list": "set",
      "kruise.io/sidecarset-hash": JSON.stringify({ set: { hash } }),
      "kruise.io/sidecarset-hash-without-image": JSON.stringify({ set: { hash: hashWithoutImage } }),
    },
    containers,
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: `id:${image}`,
      ready: true,
      restartCount: 0,
    })),
    ...differences,
  });
}

/** Plans one round for a set and its Pods; nothing is in flight unless `observed` says so. */
export function planOf(
  normalized: NormalizedSidecarSet,
  pods: readonly Pod[],
  observed: Partial<Observed> = {},
) {
  return planRound({
    normalized,
    strategy: effectiveStrategy(normalized.set),
    pods,
    judge: podJudge(normalized),
    writes: new Map(),
    refusals: new Map(),
    cacheVersion: "100",
    now: 0,
    ...observed,
  });
}
