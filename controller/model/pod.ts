/**
 * Labels or annotations by key. Objects made by the codecs have no prototype, so a label named `constructor` is only
 * there when the Pod has it.
 */
export type StringMap = { readonly [key: string]: string };

/**
 * What the controller keeps of a Pod: about 0.8 KB instead of the 15 KB of the API object. Everything that the API
 * leaves out when empty is present here: absent strings are "", absent lists are empty, absent objects are null.
 */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Opaque to all but `compareResourceVersions`. */
  readonly resourceVersion: string;
  /** Frozen and interned: Pods with equal labels share one object, so selector results can be memoised per object. */
  readonly labels: StringMap;
  /** Only the annotations with a prefix of `keptAnnotationPrefixes`. */
  readonly annotations: StringMap;
  /** Milliseconds since the epoch; 0 when absent. */
  readonly creationTimestamp: number;
  /** When a Pod that is being deleted is to have ended, in milliseconds since the epoch; 0 for one that is not. */
  readonly deletionTimestamp: number;
  /** "" until the Pod is bound. */
  readonly nodeName: string;
  /** Pending, Running, Succeeded, Failed, Unknown, or "" when the server gave none. */
  readonly phase: string;
  /** Status of the condition Ready is True. */
  readonly ready: boolean;
  /** lastTransitionTime of the condition Ready, in milliseconds since the epoch; 0 when absent. */
  readonly readyTransitionTime: number;
  /** The condition SidecarSetUpgradable; null when the Pod has none. */
  readonly upgradable: PodCondition | null;
  /** In the order of spec.containers. */
  readonly containers: readonly PodContainer[];
  /** In the order of spec.initContainers. */
  readonly initContainers: readonly PodContainer[];
  /** In the order of status.containerStatuses, which need not be the order of the containers. */
  readonly containerStatuses: readonly PodContainerStatus[];
  readonly initContainerStatuses: readonly PodContainerStatus[];
  /** The owner reference with `controller: true`; null when the Pod is on its own. */
  readonly owner: PodOwner | null;
}

/** A container or init container of a Pod's spec. Interned: equal values are the same object. */
export interface PodContainer {
  readonly name: string;
  readonly image: string;
  /** `Always` on a native sidecar (an init container that keeps running); "" when the container has none. */
  readonly restartPolicy: string;
}

/** What the kubelet reports of one container. */
export interface PodContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly ready: boolean;
  readonly restartCount: number;
}

/** A condition of a Pod's status, without its times. */
export interface PodCondition {
  /** True, False or Unknown. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The controller that owns a Pod. Interned: the Pods of one ReplicaSet share one object. */
export interface PodOwner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Annotations with these prefixes are kept: all of SidecarSet's state on a Pod, and what its author asks of the policy. */
export const keptAnnotationPrefixes: readonly string[] = [
  "sidecarset-kubewarden/",
  "kruise.io/sidecarset-",
  "version.sidecarset.kruise.io/",
  "versionalt.sidecarset.kruise.io/",
];

/** The Pod condition that tells whether every SidecarSet can upgrade the Pod in place. */
export const upgradableConditionType = "SidecarSetUpgradable";

/** `namespace/name`, the key of a Pod in caches and queues. */
export function podKey(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}
