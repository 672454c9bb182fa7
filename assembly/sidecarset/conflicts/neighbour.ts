import { decode, isBlank, member, sameText } from "@kubewarden/as-sdk/assembly/json";
import { withDefaults } from "../normalise";
import { quoted } from "../problems/shown";
import { baseOf, isCanary } from "../validation/canary";
import { Intersection } from "./intersection";

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
export function neighbourOf(set: usize, other: usize): Neighbour | null {
  const otherName = nameOf(other);
  if (isBlank(otherName) || sameText(otherName, nameOf(set))) return null;
  if (isCanary(set) && sameText(baseOf(set), otherName)) return null;
  if (isCanary(other) && sameText(baseOf(other), nameOf(set))) return null;

  const spec = member(set, "spec");
  const otherSpec = member(other, "spec");
  const namespaces = new Intersection().addNamespaceFacts();
  addNamespaces(namespaces, spec);
  addNamespaces(namespaces, otherSpec);
  if (namespaces.witness() === null) return null;
  const pods = new Intersection().add(member(spec, "selector")).add(member(otherSpec, "selector"));
  const labels = pods.witness();
  if (labels === null) return null;
  const reason = labels.length == 0 ? "Pods without labels" : "Pods with " + labels;
  const defaulted = member(withDefaults(other), "spec");
  return new Neighbour(defaulted, "SidecarSet " + quoted(decode(otherName)), "both select " + reason);
}

/** A namespace by name wins over a selector, as it does when Pods are matched. */
function addNamespaces(intersection: Intersection, spec: usize): void {
  const namespace = member(spec, "namespace");
  if (isBlank(namespace)) intersection.add(member(spec, "namespaceSelector"));
  else intersection.addNamespace(decode(namespace));
}

function nameOf(set: usize): usize {
  return member(member(set, "metadata"), "name");
}
