import {
  Elements,
  Members,
  Writer,
  decode,
  isBlank,
  isText,
  member,
  textEquals,
} from "@kubewarden/as-sdk/assembly/json";
import { parseText } from "../../document/parse-text";
import { AnnotationEdits } from "../annotation-edits";
import { EffectiveSet } from "../effective-set";
import { mergePatch } from "./merge-patch";

/**
 * Applies `patchPodMetadata` of a SidecarSet to the annotations. Answers why it cannot be done, or an empty text.
 *
 * A policy that is none of Retain, Overwrite and MergePatchJson does nothing.
 */
export function patchAnnotations(set: EffectiveSet, edits: AnnotationEdits): string {
  const patches = new Elements(member(set.spec, "patchPodMetadata"));
  while (patches.next()) {
    const policy = member(patches.value, "patchPolicy");
    const annotations = new Members(member(patches.value, "annotations"));
    while (annotations.next()) {
      if (!isText(annotations.value)) continue;
      const key = annotations.key;
      if (isBlank(policy) || textEquals(policy, "Retain")) {
        if (edits.value(key) == 0) edits.set(key, annotations.value);
      } else if (textEquals(policy, "Overwrite")) edits.set(key, annotations.value);
      else if (textEquals(policy, "MergePatchJson") && !merge(key, annotations.value, edits)) {
        return (
          `metadata.annotations[${decode(key)}]: expected JSON that the patch of sidecarset ${decode(set.name)} ` +
          "can be merged into: neither of them may be null, nor the patch a scalar"
        );
      }
    }
  }
  return "";
}

/** An annotation that is absent or empty takes the patch as it is, without a look into it. */
function merge(key: usize, patch: usize, edits: AnnotationEdits): bool {
  const present = edits.value(key);
  if (isBlank(present)) {
    edits.set(key, patch);
    return true;
  }
  const target = parseText(present);
  const change = parseText(patch);
  if (target == 0 || change == 0) return false;
  const merged = new Writer(256);
  if (!mergePatch(target, change, merged)) return false;
  const value = new Writer(merged.length + 64);
  value.quote(merged.start, merged.end);
  edits.set(key, value.seal());
  return true;
}
