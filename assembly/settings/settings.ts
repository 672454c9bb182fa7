import { Members, isTrue, isUnset, textEquals } from "@kubewarden/as-sdk/assembly";
import { Overlap } from "../sidecarset/conflicts/neighbour";

/** What becomes of a Pod when something that its answer depends on cannot be read. */
export enum FailureMode {
  /** The Pod is rejected, with the reason. */
  Fail,
  /** The SidecarSets concerned are skipped, with a warning. */
  Ignore,
}

/**
 * The settings of the policy, read without judging them: `checkSettings` does that before they are ever used.
 *
 * One pass over all members, because the list of sets is long and every look-up by name would walk over it. A null is as
 * good as absent; of members of one name the last counts.
 */
export class Settings {
  /** A JSON array, or 0. */
  sidecarSets: usize = 0;
  failureMode: FailureMode = FailureMode.Fail;
  /** Whether a Pod is rejected when a set asks for a revision that the settings do not hold; else the set is skipped. */
  rejectsMissingRevision: bool = false;
  /** A JSON array of names; 0 for the Namespaces that are excluded unless somebody decides otherwise. */
  excludedNamespaces: usize = 0;
  /** Whether a Pod may ask for no sidecars. */
  honorsOptOut: bool = false;
  /** Whether the containers of all sets together are sorted by name. */
  sortsContainers: bool = false;
  /** Whether every answer for a Pod tells why, not only those of dry runs that ask. */
  explains: bool = false;
  /** A JSON value, or 0. */
  patchPodMetadataAllowList: usize = 0;
  /** How conflicts between SidecarSets are found. */
  selectorOverlap: Overlap = Overlap.Exact;

  constructor(root: usize) {
    const members = new Members(root);
    while (members.next()) this.take(members, isUnset(members.value) ? 0 : members.value);
  }

  private take(setting: Members, value: usize): void {
    if (setting.keyIs("sidecarSets")) this.sidecarSets = value;
    else if (setting.keyIs("failureMode")) {
      this.failureMode = textEquals(value, "Ignore") ? FailureMode.Ignore : FailureMode.Fail;
    } else if (setting.keyIs("missingRevision")) this.rejectsMissingRevision = textEquals(value, "Reject");
    else if (setting.keyIs("excludedNamespaces")) this.excludedNamespaces = value;
    else if (setting.keyIs("podOptOut")) this.honorsOptOut = isTrue(value);
    else if (setting.keyIs("sortContainersByName")) this.sortsContainers = isTrue(value);
    else if (setting.keyIs("explain")) this.explains = isTrue(value);
    else if (setting.keyIs("patchPodMetadataAllowList")) this.patchPodMetadataAllowList = value;
    else if (setting.keyIs("selectorOverlap")) {
      this.selectorOverlap = textEquals(value, "OpenKruise") ? Overlap.OpenKruise : Overlap.Exact;
    }
  }
}
