import { openKruise } from "../core/open-kruise.ts";

/** What may be set; what is absent has the default told there. */
export interface Tuning {
  /** Name of the ClusterAdmissionPolicy that injects. Default: sidecarset-injection. */
  readonly policy?: string;
  /** Namespace of Kubewarden's PolicyServers. Default: kubewarden. */
  readonly kubewardenNamespace?: string;
  /** Namespace of the ControllerRevisions. Default: sidecarset-system. */
  readonly revisionNamespace?: string;
  /** Namespace from which revisions that OpenKruise kept are taken over; "" takes none. Default: kruise-system. */
  readonly adoptRevisionsFrom?: string;
  /** From one write of the settings to the next, in milliseconds; the first goes at once. Default: 60 000. */
  readonly settingsIntervalMs?: number;
  /** How long a change waits for others to be written with it. Default: 100. */
  readonly settingsGatherMs?: number;
  /** Largest settings in bytes. Default: 900 KiB, for all policies of a PolicyServer share a ConfigMap of 1 MiB. */
  readonly settingsLimitBytes?: number;
  /** Between two status writes to one set. Default: 1000. */
  readonly statusIntervalMs?: number;
  /** Pods of one set written to at once. Default: 8. */
  readonly podWritesAtOnce?: number;
}

/** The Namespaces and the policy that the controller works with. */
export interface Places {
  /** Name of the ClusterAdmissionPolicy that injects. */
  readonly policy: string;
  /** Namespace of Kubewarden's PolicyServers. */
  readonly kubewarden: string;
  /** Namespace of the ControllerRevisions. */
  readonly revisions: string;
  /** Namespace from which OpenKruise's revisions are taken over; undefined to take none. */
  readonly adoptFrom: string | undefined;
}

/** Where the controller keeps what is its own, unless told otherwise. */
export const ownNamespace = "sidecarset-system";

/** Fills in what was not set. */
export function placesOf(tuning: Tuning): Places {
  const revisions = tuning.revisionNamespace ?? ownNamespace;
  const adoptFrom = tuning.adoptRevisionsFrom ?? openKruise.namespace;
  return {
    policy: tuning.policy ?? "sidecarset-injection",
    kubewarden: tuning.kubewardenNamespace ?? "kubewarden",
    revisions,
    adoptFrom: adoptFrom === "" || adoptFrom === revisions ? undefined : adoptFrom,
  };
}
