import { Elements, isBlank, member, sameText } from "@kubewarden/as-sdk/assembly/json";
import { Place } from "../problems/place";

/**
 * What an update may not do: add or rename a container, or change how one is upgraded. Containers may leave.
 *
 * Running Pods cannot gain a container, so a set that adds one would never finish its rollout.
 */
export function validateUpdate(spec: Place, oldSpec: usize): void {
  const old = member(oldSpec, "containers");
  const places = spec.to("containers").elements();
  while (places.next()) {
    const name = places.place.to("name");
    if (isBlank(name.value)) continue;
    const before = elementNamed(old, name.value);
    if (before == 0) {
      name.expected("the name of a container that the set had before, because containers cannot be added");
      continue;
    }
    const oldType = member(member(before, "upgradeStrategy"), "upgradeType");
    const type = places.place.to("upgradeStrategy").to("upgradeType");
    if (!isBlank(oldType) && !sameText(type.value, oldType)) {
      type.expected("the upgrade type to stay as it is, because it cannot change");
    }
  }
}

/** The element of a list that has that name (a JSON string), 0 when there is none. */
export function elementNamed(list: usize, name: usize): usize {
  const elements = new Elements(list);
  while (elements.next()) if (sameText(member(elements.value, "name"), name)) return elements.value;
  return 0;
}
