import { decode, Elements, member, Members, sameText, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { closeRegion, openRegion } from "@kubewarden/as-sdk/assembly/memory";
import { Names } from "../../document/names";
import { Path } from "../problems/path";
import { Place } from "../problems/place";
import { Problems } from "../problems/problems";
import { quoted } from "../problems/shown";
import { baseOf, isCanary } from "../validation/canary";
import { injectedNames, addInjectedNames } from "./injected-names";
import { elementNamed } from "../validation/immutability";
import { Neighbour, neighbourOf, Overlap } from "./neighbour";
import { sameValue } from "./same-value";

/**
 * Tells what a defaulted set cannot share with the other sets of the cluster: containers, volumes and annotations that
 * would meet in the same Pod. `others` is a JSON array and may hold the set itself.
 */
export function findConflicts(set: usize, others: usize, overlap: Overlap, problems: Problems): void {
  const place = new Place(set, Path.root(""), problems);
  validateBase(place, others);
  const sets = new Elements(others);
  while (sets.next()) {
    const region = openRegion();
    const told = problems.lines.length;
    const neighbour = neighbourOf(set, sets.value, overlap);
    if (neighbour !== null) compare(place.to("spec"), neighbour);
    if (problems.lines.length == told) closeRegion(region);
  }
}

/** A canary's base has to be there and to be no canary. */
function validateBase(set: Place, others: usize): void {
  if (!isCanary(set.value)) return;
  const base = new Place(
    baseOf(set.value),
    Path.root("metadata.annotations[apps.kruise.io/sidecarset-base]"),
    set.problems,
  );
  const sets = new Elements(others);
  while (sets.next()) {
    if (!sameText(member(member(sets.value, "metadata"), "name"), base.value)) continue;
    if (isCanary(sets.value)) base.expected("a SidecarSet that is no canary itself");
    return;
  }
  base.expected("the name of a SidecarSet that is there");
}

function compare(spec: Place, neighbour: Neighbour): void {
  const taken = new Names();
  addInjectedNames(member(neighbour.spec, "initContainers"), true, taken);
  addInjectedNames(member(neighbour.spec, "containers"), false, taken);
  compareNames(spec.to("initContainers"), true, taken, neighbour);
  compareNames(spec.to("containers"), false, taken, neighbour);
  compareVolumes(spec.to("volumes"), neighbour);
  compareAnnotations(spec.to("patchPodMetadata"), neighbour);
}

/** All containers of a Pod share their names, init containers included. */
function compareNames(containers: Place, areInit: bool, taken: Names, neighbour: Neighbour): void {
  const places = containers.elements();
  while (places.next()) {
    const names = injectedNames(places.place.value, areInit);
    for (let i = 0; i < names.length; i++) {
      if (!taken.has(names[i])) continue;
      const whose = neighbour.name + " has " + quoted(names[i]) + " already and " + neighbour.reason;
      places.place.to("name").expected("another name, because " + whose);
      break;
    }
  }
}

function compareVolumes(volumes: Place, neighbour: Neighbour): void {
  const others = member(neighbour.spec, "volumes");
  const places = volumes.elements();
  while (places.next()) {
    const name = places.place.to("name");
    const other = elementNamed(others, name.value);
    if (other == 0 || sameValue(places.place.value, other)) continue;
    places.place.expected("the same volume as in " + neighbour.name + ", because " + neighbour.reason);
  }
}

/** Two sets may both merge into an annotation; as soon as one overwrites it, the result would depend on their order. */
function compareAnnotations(patches: Place, neighbour: Neighbour): void {
  const places = patches.elements();
  while (places.next()) {
    if (isRetained(places.place.value)) continue;
    const annotations = places.place.to("annotations");
    const keys = new Members(annotations.value);
    while (keys.next()) {
      if (!clashes(keys.key, isOverwritten(places.place.value), neighbour.spec)) continue;
      const key = decode(keys.key);
      const what = "expected an annotation that " + neighbour.name + " does not write, because ";
      annotations.problems.add(annotations.path.key(key), what + neighbour.reason + ", got " + quoted(key));
    }
  }
}

function clashes(key: usize, overwrites: bool, otherSpec: usize): bool {
  const patches = new Elements(member(otherSpec, "patchPodMetadata"));
  while (patches.next()) {
    if (isRetained(patches.value) || !(overwrites || isOverwritten(patches.value))) continue;
    const keys = new Members(member(patches.value, "annotations"));
    while (keys.next()) if (sameText(keys.key, key)) return true;
  }
  return false;
}

function isRetained(patch: usize): bool {
  return textEquals(member(patch, "patchPolicy"), "Retain");
}

function isOverwritten(patch: usize): bool {
  return textEquals(member(patch, "patchPolicy"), "Overwrite");
}
