/**
 * Why a SidecarSet's condition is as it is. The same words stand in conditions, Events, log lines and metric labels.
 */
export const reasons = {
  settingsLive: "SettingsLive",
  settingsPending: "SettingsPending",
  settingsTooLarge: "SettingsTooLarge",
  settingsRejected: "SettingsRejected",
  injectionPaused: "InjectionPaused",
  policyNotFound: "PolicyNotFound",
  settingsReverted: "SettingsReverted",
  revisionNotFound: "RevisionNotFound",
  invalidSpec: "InvalidSpec",
  rolloutComplete: "RolloutComplete",
  rolloutProgressing: "RolloutProgressing",
  rolloutPaused: "RolloutPaused",
  updatesDisabled: "UpdatesDisabled",
  podRecreationRequired: "PodRecreationRequired",
  restartOverdue: "RestartOverdue",
  partitionHeld: "PartitionHeld",
} as const;

/** One of `reasons`. */
export type Reason = (typeof reasons)[keyof typeof reasons];

/** Why a matched Pod that is not up to date is left alone for now. */
export type HoldReason =
  /** More than images changed since the Pod was created. */
  | "PodRecreationRequired"
  /** The Pod was created without a sidecar that the set has now. */
  | "SidecarMissing"
  /** A native sidecar has another image, and the kubelets are too old to restart it. */
  | "NativeRestartUnsupported"
  /** The last write to the Pod is not in the cache, or the kubelet has not acted on it. */
  | "UpgradeInFlight"
  /** The API server has refused to change the Pod; it is asked again later. */
  | "UpgradeRefused"
  | "NotSelected"
  | "PartitionHeld"
  | "MaxUnavailableReached"
  | "RolloutPaused"
  | "UpdatesDisabled";
