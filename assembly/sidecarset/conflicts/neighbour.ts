import { decode, isBlank, isUnset, member, sameText, Writer } from "@kubewarden/as-sdk/assembly/json";
import { withDefaults } from "../normalise";
import { quoted } from "../problems/shown";
import { baseOf, isCanary } from "../validation/canary";
import { overlapsByHeuristic } from "./heuristic";
import { Intersection } from "./intersection";

/** How it is decided whether two sets select some of the same Pods. */
export enum Overlap {
  /** By the intersection of their selectors. */
  Exact,
  /** By the rule of thumb of OpenKruise. */
  OpenKruise,
}

/** Another SidecarSet that selects some of the same Pods. */
export class Neighbour {
  constructor(
    /** Its defaulted spec. */
    readonly spec: usize,
    /** `SidecarSet "name"` and why it concerns the set, for problems. */
    readonly name: string,
    readonly reason: string,
  ) {}
}

/**
 * The other set as a neighbour of the set; null when it is the set itself, when one is the canary of the other, or when
 * no Pod can be selected by both.
 */
export function neighbourOf(set: usize, other: usize, overlap: Overlap): Neighbour | null {
  const otherName = nameOf(other);
  if (isBlank(otherName) || sameText(otherName, nameOf(set))) return null;
  if (isCanary(set) && sameText(baseOf(set), otherName)) return null;
  if (isCanary(other) && sameText(baseOf(other), nameOf(set))) return null;
  const reason = meeting(member(set, "spec"), member(other, "spec"), overlap);
  if (reason.length == 0) return null;
  const defaulted = member(withDefaults(other), "spec");
  return new Neighbour(defaulted, "SidecarSet " + quoted(decode(otherName)), reason);
}

/** Why two specs concern the same Pods; empty when they do not. */
function meeting(left: usize, right: usize, overlap: Overlap): string {
  const namespaces = namespaceSelectorOf(left);
  const otherNamespaces = namespaceSelectorOf(right);
  const pods = member(left, "selector");
  const otherPods = member(right, "selector");
  if (overlap == Overlap.OpenKruise) {
    const isAnywhere = isUnset(namespaces) || isUnset(otherNamespaces);
    if (!isAnywhere && !overlapsByHeuristic(namespaces, otherNamespaces)) return "";
    return overlapsByHeuristic(pods, otherPods) ? "both may select the same Pods" : "";
  }
  const places = new Intersection().addNamespaceFacts().add(namespaces).add(otherNamespaces);
  if (places.witness() === null) return "";
  const labels = new Intersection().add(pods).add(otherPods).witness();
  if (labels === null) return "";
  return labels.length == 0 ? "both select Pods without labels" : "both select Pods with " + labels;
}

/** The selector of a set's namespaces, 0 or null for all. A namespace by name wins, as it does when Pods are matched. */
function namespaceSelectorOf(spec: usize): usize {
  const namespace = member(spec, "namespace");
  if (isBlank(namespace)) return member(spec, "namespaceSelector");
  const selector = new Writer(128);
  selector.ascii('{"matchLabels":{"kubernetes.io/metadata.name":');
  selector.copy(namespace);
  selector.ascii("}}");
  return selector.seal();
}

function nameOf(set: usize): usize {
  return member(member(set, "metadata"), "name");
}
