/** What the controller keeps of a ControllerRevision of a SidecarSet: its data is only kept as digests. */
export interface Revision {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** RFC 3339. */
  readonly creationTimestamp: string;
  /** Grows with each change of the set; a revision that the set goes back to gets a new number. */
  readonly revision: number;
  /** Name of the SidecarSet, by the label. */
  readonly set: string;
  /** Uid of the controlling owner; undefined for a revision without one. */
  readonly owner: string | undefined;
  readonly customVersion: string | undefined;
  /** Equal for equal data. */
  readonly digest: string;
  /** Equal for equal `patchPodMetadata`. */
  readonly metadataDigest: string;
}

/** Label: name of the SidecarSet that a ControllerRevision belongs to. */
export const setNameLabel = "kruise.io/sidecarset-name";

/** Label: the custom version, on a ControllerRevision and on a SidecarSet written as v1alpha1. */
export const customVersionLabel = "apps.kruise.io/sidecarset-custom-version";
