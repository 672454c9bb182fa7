import { type Observed, plan as planRound, type Upgrade } from "../../../controller/core/plan.ts";
import { podPatch } from "../../../controller/core/pod-patch.ts";
import { PodLedger } from "../../../controller/core/pod-ledger.ts";
import { podJudge, type PodState } from "../../../controller/core/pod-state.ts";
import type { NormalizedSidecarSet } from "../../../controller/core/sidecars.ts";
import type { Counters } from "../../../controller/core/status.ts";
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
  const injected = (set.spec.containers ?? []).flatMap((container) => injectedContainers(container));
  const native = (set.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const initContainers = native.flatMap((container) => injectedContainers(container));
  const containers = [...injected, { name: "main", image: "main:1", restartPolicy: "" }];
  return makePod({
    name,
    uid: `uid-${name}`,
    labels: { app: "web" },
    annotations: {
      "kruise.io/sidecarset-injected-list": "set",
      "kruise.io/sidecarset-hash": JSON.stringify({ set: { hash } }),
      "kruise.io/sidecarset-hash-without-image": JSON.stringify({ set: { hash: hashWithoutImage } }),
      ...hotRecords([...native, ...(set.spec.containers ?? [])]),
    },
    containers,
    containerStatuses: containers.map(runningStatus),
    initContainers,
    initContainerStatuses: initContainers.map(runningStatus),
    ...differences,
  });
}

function runningStatus({ name, image }: Pod["containers"][number]): Pod["containerStatuses"][number] {
  return { name, image, imageID: `id:${image}`, ready: true, restartCount: 0 };
}

function injectedContainers(container: SidecarContainer): Pod["containers"] {
  const { name, image = "", upgradeStrategy, restartPolicy = "" } = container;
  if (upgradeStrategy?.upgradeType !== "HotUpgrade") return [{ name, image, restartPolicy }];
  return [
    { name: `${name}-1`, image, restartPolicy },
    { name: `${name}-2`, image: upgradeStrategy.hotUpgradeEmptyImage ?? "", restartPolicy },
  ];
}

/** The annotations that a Pod with hot sidecars is injected with. */
function hotRecords(containers: readonly SidecarContainer[]): Readonly<Record<string, string>> {
  const names = containers.flatMap(({ name, upgradeStrategy }) =>
    upgradeStrategy?.upgradeType === "HotUpgrade" ? name : [],
  );
  if (names.length === 0) return {};
  const records: Record<string, string> = {
    "kruise.io/sidecarset-working-hotupgrade-container": JSON.stringify(
      Object.fromEntries(names.map((name) => [name, `${name}-1`])),
    ),
  };
  for (const name of names) {
    records[`version.sidecarset.kruise.io/${name}-1`] = "1";
    records[`versionalt.sidecarset.kruise.io/${name}-1`] = "0";
    records[`version.sidecarset.kruise.io/${name}-2`] = "0";
    records[`versionalt.sidecarset.kruise.io/${name}-2`] = "1";
  }
  return records;
}

const usual = { restartsNative: true, lacksMetadata: () => false };

/** A ledger of a set's Pods, all of them selected. */
export function ledgerOf(
  normalized: NormalizedSidecarSet,
  { restartsNative, lacksMetadata }: Pick<Observed, "restartsNative" | "lacksMetadata"> = usual,
): PodLedger {
  const strategy = effectiveStrategy(normalized.set);
  const judge = podJudge(normalized);
  return new PodLedger({ normalized, strategy, restartsNative, lacksMetadata, judge, selects: () => true });
}

/** Plans one round for a set and its Pods; nothing is in flight unless `observed` says so. */
export function planOf(
  normalized: NormalizedSidecarSet,
  pods: readonly Pod[],
  observed: Partial<Observed> = {},
) {
  const { restartsNative, lacksMetadata } = { ...usual, ...observed };
  const { writes = new Map(), cacheVersion = "100", now = 0 } = observed;
  const { ledger = ledgerOf(normalized, { restartsNative, lacksMetadata }) } = observed;
  if (observed.ledger === undefined) for (const pod of pods) ledger.put(pod, writes.has(pod.uid));
  ledger.review({ writes, cacheVersion, now });
  return planRound({
    normalized,
    strategy: effectiveStrategy(normalized.set),
    ledger,
    pods,
    judge: podJudge(normalized),
    refusals: new Map(),
    restartsNative,
    lacksMetadata,
    ...observed,
    writes,
    cacheVersion,
    now,
  });
}

/** The counters, counted Pod by Pod. */
export function recount(normalized: NormalizedSidecarSet, pods: readonly Pod[]): Counters {
  const states = pods.map(podJudge(normalized)).filter(({ active, complete }) => active && complete);
  const isReady = ({ consistent, ready }: PodState) => consistent && ready;
  return {
    matchedPods: states.length,
    updatedPods: states.filter(({ updated }) => updated).length,
    readyPods: states.filter(isReady).length,
    updatedReadyPods: states.filter((state) => state.updated && isReady(state)).length,
  };
}

/** The Pod after a write, before the kubelet has noticed. */
export function written(upgrade: Upgrade, normalized: NormalizedSidecarSet): Pod {
  const { pod } = upgrade;
  const { metadata, spec } = podPatch(pod, normalized, upgrade, { now: 0, guarded: false });
  const patched = (containers: Pod["containers"], patches: readonly { name: string; image: string }[] = []) =>
    containers.map((container) => ({
      ...container,
      ...patches.find(({ name }) => name === container.name),
    }));
  return {
    ...pod,
    annotations: { ...pod.annotations, ...metadata.annotations },
    containers: patched(pod.containers, spec?.containers),
    initContainers: patched(pod.initContainers, spec?.initContainers),
  };
}

/** The Pod once the kubelet runs the images of its spec; the named containers do not get ready. */
export function run(pod: Pod, ...failing: readonly string[]): Pod {
  const statusOf = ({ name, image }: Pod["containers"][number]) => {
    const before = [...pod.containerStatuses, ...pod.initContainerStatuses].find((it) => it.name === name);
    const same = before?.image === image;
    const restartCount = (before?.restartCount ?? 0) + (same ? 0 : 1);
    return { name, image, imageID: `id:${image}`, ready: !failing.includes(name), restartCount };
  };
  return {
    ...pod,
    ready: failing.length === 0,
    containerStatuses: pod.containers.map(statusOf),
    initContainerStatuses: pod.initContainers.map(statusOf),
  };
}
