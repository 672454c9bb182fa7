import { compareText, textEquals, member } from "@kubewarden/as-sdk/assembly/json";
import { NameIndex } from "../document/name-index";
import { Placement, Sidecar } from "./sidecar";

/** Sorts by name, bytewise; equal names keep their order. */
export function sortByName(sidecars: Array<Sidecar>): void {
  for (let i = 1; i < sidecars.length; i++) {
    const sidecar = sidecars[i];
    let at = i;
    while (at > 0 && compareText(sidecars[at - 1].name, sidecar.name) > 0) {
      sidecars[at] = sidecars[at - 1];
      at--;
    }
    sidecars[at] = sidecar;
  }
}

/**
 * Gives every sidecar its place in the list of the Pod's containers (0: there is none): that of the container of its
 * name, else ahead or behind by its `podInjectPolicy`. Where two replace the same container the later one stays.
 */
export function place(sidecars: Array<Sidecar>, list: usize): void {
  if (sidecars.length == 0) return;
  const present = new NameIndex();
  present.addAll(list);
  for (let i = 0; i < sidecars.length; i++) {
    const sidecar = sidecars[i];
    sidecar.replaces = present.value(sidecar.name);
    if (sidecar.replaces != 0) sidecar.placement = Placement.Replace;
    else if (textEquals(member(sidecar.source, "podInjectPolicy"), "BeforeAppContainer")) {
      sidecar.placement = Placement.Before;
    }
  }
  for (let i = sidecars.length - 1; i >= 0; i--) {
    if (sidecars[i].placement == Placement.Replace && isReplacedLater(sidecars, i)) sidecars.splice(i, 1);
  }
}

function isReplacedLater(sidecars: Array<Sidecar>, index: i32): bool {
  for (let i = index + 1; i < sidecars.length; i++) {
    if (sidecars[i].replaces == sidecars[index].replaces) return true;
  }
  return false;
}

/** The first sidecar, in order, whose name an earlier one of the list has as well; null when all names differ. */
export function firstRepeated(sidecars: Array<Sidecar>): Sidecar | null {
  const names = new NameIndex();
  for (let i = 0; i < sidecars.length; i++) {
    if (!names.add(sidecars[i].name, sidecars[i].source)) return sidecars[i];
  }
  return null;
}
