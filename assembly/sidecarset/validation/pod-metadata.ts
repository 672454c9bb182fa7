import { Ascii, decode, Members } from "@kubewarden/as-sdk/assembly/json";
import { Names } from "../../document/names";
import { Place } from "../problems/place";
import { validateAnnotations } from "./metadata";

const POLICIES: Ascii = "Retain Overwrite MergePatchJson";

/** What a set writes into the metadata of Pods: annotations only, each key once in the set. */
export function validatePatchPodMetadata(patches: Place): void {
  const seen = new Names();
  const places = patches.elements();
  while (places.next()) {
    const annotations = places.place.to("annotations");
    if (!annotations.hasItems) annotations.expected("at least one annotation");
    validateAnnotations(annotations);
    places.place.oneOf("patchPolicy", POLICIES);
    const members = new Members(annotations.value);
    while (members.next()) {
      const key = decode(members.key);
      if (seen.add(key)) continue;
      annotations.problems.add(annotations.path.key(key), "expected each annotation in one entry only");
    }
  }
}
