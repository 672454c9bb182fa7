import { member, textEquals } from "@kubewarden/as-sdk/assembly";
import { given } from "../document/value";
import { Overlap } from "../sidecarset/conflicts/neighbour";

/** What becomes of a Pod when something that its answer depends on cannot be read. */
export enum FailureMode {
  /** The Pod is rejected, with the reason. */
  Fail,
  /** The SidecarSets concerned are skipped, with a warning. */
  Ignore,
}

/** The settings of the policy, read without judging them: `checkSettings` does that before they are ever used. */
export class Settings {
  /** A JSON array, or 0. */
  readonly sidecarSets: usize;
  readonly failureMode: FailureMode;
  /** A JSON value, or 0. */
  readonly patchPodMetadataAllowList: usize;
  /** How conflicts between SidecarSets are found. */
  readonly selectorOverlap: Overlap;

  constructor(root: usize) {
    this.selectorOverlap = textEquals(member(root, "selectorOverlap"), "OpenKruise")
      ? Overlap.OpenKruise
      : Overlap.Exact;
    this.patchPodMetadataAllowList = given(root, "patchPodMetadataAllowList");
    this.sidecarSets = given(root, "sidecarSets");
    this.failureMode = textEquals(member(root, "failureMode"), "Ignore")
      ? FailureMode.Ignore
      : FailureMode.Fail;
  }
}
