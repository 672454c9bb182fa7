import { isArray, isObject, isText, Members, textEquals } from "@kubewarden/as-sdk/assembly/json";
import { parseText } from "../../document/parse-text";
import { Place } from "../problems/place";

/** Patches that are stored as they are where a Pod lacks the annotation, and that cannot be merged where it has it. */
export function warnOfPatches(patches: Place): void {
  const places = patches.elements();
  while (places.next()) {
    if (!textEquals(places.place.to("patchPolicy").value, "MergePatchJson")) continue;
    const annotations = places.place.to("annotations");
    const members = new Members(annotations.value);
    while (members.next()) {
      const patch = new Place(members.value, annotations.path, annotations.problems);
      const parsed = parseText(patch.value);
      if (!isText(members.value) || isObject(parsed) || isArray(parsed)) continue;
      const what = "no JSON to merge: fails Pods that have the annotation, is stored in others";
      patch.problems.add(patch.path, what);
    }
  }
}
