import type { Workload } from "./workload.ts";

/** A Pod as the fleet keeps it; everything else follows from its workload. */
export interface FleetPod {
  readonly index: number;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly workload: Workload;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly resourceVersion: number;
  /** Those that the controller keeps; one of 2.5 KB belongs to the workload. */
  readonly annotations: Readonly<Record<string, string>>;
  /** In the spec. */
  readonly image: string;
  /** Reported by the kubelet. */
  readonly running: { readonly image: string; readonly restarts: number; readonly ready: boolean };
  /** When `running.ready` changed last, in seconds since the epoch. */
  readonly readySince: number;
  /** Changes with each status that the kubelet writes for no reason that matters here. */
  readonly beat: number;
}

/** Name of the sidecar in every Pod. */
export const sidecarName = "agent";

/** What the fleet's Pods record of a set, so that they count as injected with it. */
export interface InjectedSet {
  readonly name: string;
  readonly image: string;
  readonly hash: string;
  readonly hashWithoutImage: string;
}

/** Annotations of a Pod injected with the sets; times differ from Pod to Pod, as they do in a cluster. */
export function injectedAnnotations(
  sets: readonly InjectedSet[],
  created: number,
): Readonly<Record<string, string>> {
  const updateTimestamp = `${new Date(created * 1000).toISOString().slice(0, 19)}Z`;
  const records = (hashOf: (set: InjectedSet) => string): string =>
    JSON.stringify(
      Object.fromEntries(
        sets.map((set) => [
          set.name,
          { updateTimestamp, hash: hashOf(set), sidecarSetName: set.name, sidecarList: [sidecarName] },
        ]),
      ),
    );
  return {
    "kruise.io/sidecarset-hash": records(({ hash }) => hash),
    "kruise.io/sidecarset-hash-without-image": records(({ hashWithoutImage }) => hashWithoutImage),
    "kruise.io/sidecarset-injected-list": sets.map(({ name }) => name).join(),
  };
}

/** The content-addressed identity that a runtime would report for an image. */
export function imageID(image: string): string {
  const digest = Buffer.from(image).toString("hex").padEnd(64, "0").slice(0, 64);
  return `registry.example/agents/agent@sha256:${digest}`;
}
