import type { Json, JsonObject } from "./json.ts";
import type { StringMap } from "./pod.ts";

/**
 * A SidecarSet as the API server returns it: the JSON itself under types, nothing renamed, nothing defaulted. Absent
 * members are undefined. Sets written without the admission policy may break the types below `spec`; the policy's
 * validation finds that.
 */
export interface SidecarSet {
  readonly apiVersion: string;
  readonly kind: "SidecarSet";
  readonly metadata: SidecarSetMetadata;
  readonly spec: SidecarSetSpec;
  readonly status?: SidecarSetStatus;
}

/** Object metadata, as far as the controller reads it. */
export interface SidecarSetMetadata {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: StringMap;
  /** Holds the two hashes once the set went through admission. */
  readonly annotations?: StringMap;
}

/** An integer or a percentage such as "30%". */
export type IntOrPercent = number | string;

/** metav1.LabelSelector. */
export interface LabelSelector {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

/** One expression of a label selector. */
export interface LabelSelectorRequirement {
  readonly key: string;
  /** In, NotIn, Exists or DoesNotExist. */
  readonly operator: string;
  readonly values?: readonly string[];
}

/** spec of a SidecarSet; v1alpha1, v1beta1 and the fields of the first version (paused, strategy) together. */
export interface SidecarSetSpec {
  readonly selector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  /** v1alpha1 only: the name of the only namespace. */
  readonly namespace?: string;
  readonly containers?: readonly SidecarContainer[];
  readonly initContainers?: readonly SidecarContainer[];
  readonly volumes?: readonly JsonObject[];
  readonly imagePullSecrets?: readonly JsonObject[];
  readonly updateStrategy?: UpdateStrategy;
  readonly injectionStrategy?: InjectionStrategy;
  readonly patchPodMetadata?: readonly PatchPodMetadata[];
  readonly revisionHistoryLimit?: number;
  /** v1beta1 only; v1alpha1 has a label for it. */
  readonly customVersion?: string;
  /** First version of updateStrategy.paused. */
  readonly paused?: boolean;
  /** First version of updateStrategy.maxUnavailable. */
  readonly strategy?: { readonly rollingUpdate?: { readonly maxUnavailable?: IntOrPercent } };
}

/** A core/v1 Container with SidecarSet's own members beside it; members not named here are kept as they are. */
export interface SidecarContainer {
  readonly name: string;
  readonly image?: string;
  /** `Always` makes an init container a native sidecar. */
  readonly restartPolicy?: string;
  readonly upgradeStrategy?: {
    /** ColdUpgrade (the default) or HotUpgrade. */
    readonly upgradeType?: string;
    readonly hotUpgradeEmptyImage?: string;
  };
  readonly [member: string]: Json | undefined;
}

/** How images are upgraded in running Pods. */
export interface UpdateStrategy {
  /** NotUpdate, or RollingUpdate (also meant by any other value). */
  readonly type?: string;
  readonly paused?: boolean;
  readonly selector?: LabelSelector;
  /** How many Pods stay old. */
  readonly partition?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
  readonly priorityStrategy?: {
    readonly orderPriority?: readonly { readonly orderedKey: string }[];
    readonly weightPriority?: readonly { readonly weight: number; readonly matchSelector: LabelSelector }[];
  };
  readonly scatterStrategy?: readonly { readonly key: string; readonly value: string }[];
}

/** What new Pods get. */
export interface InjectionStrategy {
  readonly paused?: boolean;
  readonly revision?: {
    readonly customVersion?: string;
    /** Wins over customVersion. */
    readonly revisionName?: string;
    /** Always or Partial. */
    readonly policy?: string;
  };
}

/** Annotations put on injected Pods. */
export interface PatchPodMetadata {
  readonly annotations?: StringMap;
  /** Retain, Overwrite or MergePatchJson. */
  readonly patchPolicy?: string;
}

/** status of a SidecarSet. Counters are undefined on a set that no controller has seen yet. */
export interface SidecarSetStatus {
  readonly observedGeneration?: number;
  readonly matchedPods?: number;
  readonly updatedPods?: number;
  readonly readyPods?: number;
  readonly updatedReadyPods?: number;
  readonly latestRevision?: string;
  readonly collisionCount?: number;
  /** Pods that the set selects, created after it, without its sidecars. */
  readonly missingPods?: number;
  /** `75%` of the Pods to bring up to date are, and are ready. */
  readonly progress?: string | undefined;
  /** `50s`, `4m`, `1h20m`; absent while nothing moves. */
  readonly estimatedTimeLeft?: string | undefined;
  readonly versions?: readonly VersionStatus[];
  readonly held?: readonly HeldPodsStatus[];
  readonly conditions?: readonly Condition[];
}

/** How many matched Pods record one version of the set. */
export interface VersionStatus {
  /** Of the containers; "" for Pods that record none. */
  readonly hash: string;
  readonly pods: number;
}

/** Pods that are neither up to date nor about to be. */
export interface HeldPodsStatus {
  readonly reason: string;
  readonly pods: number;
  /** `namespace/name` of some of them. */
  readonly examples: readonly string[];
}

/** metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly observedGeneration?: number;
  /** RFC 3339; changes only when `status` changes. */
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

/** Annotation, on the set and in its records on Pods: hash of the containers. */
export const hashAnnotation = "kruise.io/sidecarset-hash";

/** Annotation: hash of the containers without their images; equal on set and Pod means an in-place upgrade is possible. */
export const hashWithoutImageAnnotation = "kruise.io/sidecarset-hash-without-image";
